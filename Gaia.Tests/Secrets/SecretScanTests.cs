using System.Security.Cryptography;
using System.Text;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Secrets;

public sealed class SecretScanTests
{
    public static TheoryData<string> Secrets =>
    [
        ApiKeyText.Create("dev"), ApiKeyText.Create("live"), AuthApi.Password, AuthServer.AdminPassword, AuthApi.SomeEmail(), "ada.lovelace+gaia@example.com",
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMTk0MWYyOSJ9.c2lnbmF0dXJl", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIwMTk0MWYyOSJ9.",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_secret_is_found_in_text_and_among_bytes(string secret)
    {
        Assert.Contains(secret, SecretScan.Find($"info: request of {secret} took 3 ms"));
        Assert.Contains(secret, SecretScan.Find([0xFF, 0x00, .. Encoding.UTF8.GetBytes($"\"{secret}\""), 0x92]));
    }

    [Fact]
    public void A_refresh_token_is_found_once_a_test_was_given_it()
    {
        var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        Assert.Empty(SecretScan.Find($"\"{token}\""));

        SecretScan.Remember(token);

        Assert.Contains(token, SecretScan.Find($"\"{token}\""));
    }

    [Fact]
    public void A_hash_is_no_secret() => Assert.Empty(SecretScan.Find($"auth:api_key:{ApiKeyText.Hash(ApiKeyText.Create("dev"))} of {Guid.CreateVersion7()}"));
}
