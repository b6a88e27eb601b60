using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Aspire.Hosting.Testing;

namespace Gaia.Tests.Admission;

public class CredentialTests(GaiaApp gaia)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task The_discovery_document_leads_to_the_keys_at_this_gateways_address()
    {
        using var client = gaia.Gateway();

        var document = await client.GetFromJsonAsync<JsonElement>("/.well-known/openid-configuration", TestContext.Current.CancellationToken);
        var keys = new Uri(document.GetProperty("jwks_uri").GetString()!);

        Assert.Equal(new Uri(client.BaseAddress!, "/.well-known/jwks.json"), keys);
        Assert.Contains("\"kid\"", await client.GetStringAsync(keys, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-API-Key", GaiaApp.DevelopmentKey)]
    [InlineData("Authorization", $"Bearer {GaiaApp.DevelopmentKey}")]
    [InlineData("api-key", GaiaApp.DevelopmentKey)]
    public async Task A_key_is_taken_from_any_of_its_headers(string header, string value)
    {
        using var client = gaia.Gateway();
        client.DefaultRequestHeaders.Add(header, value);

        using var answer = await client.GetAsync("/api/v1/usage", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("gaia_dev_0000000000000000000000000000000000000")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        using var client = gaia.Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", key);

        using var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized, "Not authenticated. Provide a valid JWT or API Key.");
        Assert.NotEmpty(answer.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task A_well_formed_key_that_nobody_was_given_is_refused()
    {
        using var client = gaia.Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", ApiKeyText.Create("dev"));

        using var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_caller_cannot_bring_an_identity_along()
    {
        using var client = gaia.Gateway();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add(InternalIdentity.Header, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_service_answers_nobody_but_the_gateway()
    {
        using var chat = gaia.Graph.CreateHttpClient(Resources.Chat, "http");
        chat.DefaultRequestHeaders.Add("X-API-Key", GaiaApp.DevelopmentKey);

        using var answer = await chat.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized);
    }
}
