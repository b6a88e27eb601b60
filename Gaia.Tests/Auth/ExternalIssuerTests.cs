using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Auth;

[Collection(nameof(AuthFixture))]
public sealed class ExternalIssuerTests(AuthFixture fixture)
{
    internal const string Secret = "a-secret-that-supabase-and-gaia-share-0123";

    [Fact]
    public async Task A_user_of_the_foreign_issuer_is_made_on_first_sight_and_known_again()
    {
        var subject = Guid.NewGuid().ToString();

        var first = await ValidateAsync(Token(subject));
        var second = await ValidateAsync(Token(subject, c => c["email"] = "another@gaia.test"));

        Assert.True(first.GetProperty("valid").GetBoolean());
        Assert.Equal(first.GetProperty("user_id").GetGuid(), second.GetProperty("user_id").GetGuid());
    }

    [Fact]
    public async Task Fifty_first_sights_at_once_are_one_user()
    {
        var subject = Guid.NewGuid().ToString();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => ValidateAsync(Token(subject))));

        Assert.Single(answers.Select(a => a.GetProperty("user_id").GetGuid()).Distinct());
    }

    [Fact]
    public async Task Neither_an_email_nor_an_id_makes_a_foreigner_somebody_here()
    {
        var local = await fixture.Api.SignUpAsync();

        var foreigner = await ValidateAsync(Token(local.Id.ToString(), c => c["email"] = local.Email));

        Assert.True(foreigner.GetProperty("valid").GetBoolean());
        Assert.NotEqual(local.Id, foreigner.GetProperty("user_id").GetGuid());
    }

    [Fact]
    public async Task Claims_grant_no_scopes_that_were_not_configured()
    {
        var token = Token(Guid.NewGuid().ToString(), c =>
        {
            c["scope"] = "admin";
            c["role"] = "service_role";
            c["app_metadata"] = new JsonObject { ["scopes"] = new JsonArray("admin") };
        });

        var found = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/internal/principals/tokens", new { token }, GatewayPrincipal.Instance);

        Assert.Equal(["personas:write", "chat", "assets:write"], found.GetProperty("principal").GetProperty("scopes").EnumerateArray().Select(s => s.GetString()!));
    }

    [Fact]
    public async Task A_foreign_token_that_was_logged_out_stays_out()
    {
        var token = Token(Guid.NewGuid().ToString());
        var found = await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/internal/principals/tokens", new { token }, GatewayPrincipal.Instance);
        var principal = System.Text.Json.JsonSerializer.Deserialize<PrincipalSnapshot>(found, EventJson.Options)!.Principal;

        await fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "logout", new { }, principal);

        Assert.False((await ValidateAsync(token)).GetProperty("valid").GetBoolean());
        await fixture.Api.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/internal/principals/tokens", new { token }, GatewayPrincipal.Instance);
    }

    [Theory]
    [InlineData("aud", "anon")]
    [InlineData("aud", null)]
    [InlineData("sub", "")]
    [InlineData("sub", null)]
    [InlineData("exp", null)]
    [InlineData("exp", 1)]
    [InlineData("iss", "http://localhost:8666")]
    public async Task A_foreign_token_with_a_wrong_or_missing_claim_is_refused(string claim, object? value)
    {
        var token = Token(Guid.NewGuid().ToString(), c =>
        {
            if (value is null)
            {
                c.Remove(claim);
            }
            else
            {
                c[claim] = JsonValue.Create(value);
            }
        });

        Assert.False((await ValidateAsync(token)).GetProperty("valid").GetBoolean());
    }

    private static string Token(string subject, Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = "https://project.supabase.example/auth/v1",
            ["sub"] = subject,
            ["aud"] = "authenticated",
            ["email"] = "somebody@gaia.test",
            ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
        };
        change?.Invoke(claims);
        return ForgedToken.WriteHs256(claims, Encoding.UTF8.GetBytes(Secret));
    }

    private Task<System.Text.Json.JsonElement> ValidateAsync(string token) => fixture.Api.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "validate", new { token });
}
