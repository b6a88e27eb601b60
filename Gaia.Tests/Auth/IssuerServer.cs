using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gaia.Tests.Auth;

/// <summary>A foreign issuer: a web server that publishes the keys it signs with, and can take new ones, withdraw them, and be away.</summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    public const string Audience = "authenticated";

    private readonly string address = $"http://127.0.0.1:{FreePort.Next()}";
    private readonly List<(string Id, AsymmetricAlgorithm Key)> keys = [];
    private WebApplication? app;
    private int readings;

    public IssuerServer() => Rotate();

    /// <summary>What makes Auth trust it.</summary>
    public Dictionary<string, string> Settings => new() { ["ForeignIssuer:JwksUrl"] = $"{address}/keys", ["ForeignIssuer:Issuer"] = Name };

    /// <summary>How often its keys were read.</summary>
    public int Readings => Volatile.Read(ref readings);

    private string Name => $"{address}/auth";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add(address);
        app.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref readings);
            return Results.Text(JsonSerializer.Serialize(new { keys = keys.Select(key => PublicPart(key.Id, key.Key)) }), "application/json");
        });
        await app.StartAsync(Ct);
    }

    public async Task StopAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }

        app = null;
    }

    /// <summary>Signs with a new key from now on, which is published at the same moment.</summary>
    public void Rotate(AsymmetricAlgorithm? key = null) => keys.Add(($"key-{keys.Count + 1}", key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    /// <summary>No longer publishes any key but the last.</summary>
    public void WithdrawOld() => keys.RemoveRange(0, keys.Count - 1);

    public string Sign(string subject, Action<JsonObject, JsonObject>? change = null)
    {
        var (id, key) = keys[^1];
        var header = new JsonObject { ["alg"] = key is RSA ? "RS256" : "ES256", ["typ"] = "JWT", ["kid"] = id };
        var claims = new JsonObject
        {
            ["iss"] = Name,
            ["sub"] = subject,
            ["aud"] = Audience,
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        change?.Invoke(header, claims);
        return ForgedToken.Write(header, claims, data => key is RSA rsa
            ? rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : ((ECDsa)key).SignData(data, HashAlgorithmName.SHA256));
    }

    /// <summary>What an attacker knows too who read the keys.</summary>
    public byte[] PublishedBytes => Encoding.ASCII.GetBytes(keys[^1].Key.ExportSubjectPublicKeyInfoPem());

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        keys.ForEach(key => key.Key.Dispose());
    }

    private static Dictionary<string, string> PublicPart(string id, AsymmetricAlgorithm key)
    {
        var common = new Dictionary<string, string> { ["kid"] = id, ["use"] = "sig" };
        if (key is RSA rsa)
        {
            var numbers = rsa.ExportParameters(includePrivateParameters: false);
            return new(common) { ["kty"] = "RSA", ["alg"] = "RS256", ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) };
        }

        var point = ((ECDsa)key).ExportParameters(includePrivateParameters: false).Q;
        return new(common) { ["kty"] = "EC", ["crv"] = "P-256", ["alg"] = "ES256", ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y) };
    }
}
