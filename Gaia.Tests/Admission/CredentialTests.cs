using System.Net;
using System.Net.Http.Headers;
using Aspire.Hosting.Testing;

namespace Gaia.Tests.Admission;

public sealed class CredentialTests(GaiaApp gaia)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task A_key_is_taken_from_either_header()
    {
        using var asHeader = gaia.Developer();
        using var asBearer = gaia.Gateway();
        asBearer.DefaultRequestHeaders.Authorization = new("Bearer", GaiaApp.DevelopmentKey);

        Assert.Equal(HttpStatusCode.OK, (await asHeader.GetAsync(Path, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await asBearer.GetAsync(Path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("gaia_dev_0000000000000000000000000000000000000")]
    public async Task A_key_that_is_none_is_refused(string key)
    {
        using var client = gaia.Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", key);

        using var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.Expect(answer, HttpStatusCode.Unauthorized, "Not authenticated. Provide a valid JWT or API Key.");
        Assert.NotEmpty(answer.Headers.WwwAuthenticate);
    }

    [Fact]
    public async Task A_well_formed_key_that_nobody_was_given_is_refused()
    {
        using var client = gaia.Gateway();
        client.DefaultRequestHeaders.Add("X-API-Key", ApiKeyText.Create("dev"));

        using var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.Expect(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_caller_cannot_bring_an_identity_along()
    {
        using var client = gaia.Gateway();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add(InternalIdentity.Header, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.");

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.Expect(answer, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_service_answers_nobody_but_the_gateway()
    {
        using var chat = gaia.Graph.CreateHttpClient(Resources.Chat, "http");
        chat.DefaultRequestHeaders.Add("X-API-Key", GaiaApp.DevelopmentKey);

        using var answer = await chat.GetAsync(Path, TestContext.Current.CancellationToken);

        await Problem.Expect(answer, HttpStatusCode.Unauthorized);
    }
}
