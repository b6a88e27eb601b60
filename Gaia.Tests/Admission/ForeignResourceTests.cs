using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gaia.Tests.Auth;

namespace Gaia.Tests.Admission;

/// <summary>Every route that names somebody's own thing × another user who may do everything with their own, from the same table.</summary>
public sealed class ForeignResourceTests(GaiaApp gaia)
{
    private const string Anything = """{"name":"mine","title":"mine","description":"mine","expires_in":60,"method":"GET"}""";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Routes => [.. RouteTable.All.Where(route => route.Owned is not null).Select(route => route.ToString())];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Nobody_reaches_what_belongs_to_somebody_else(string name)
    {
        var route = RouteTable.All.Single(candidate => candidate.ToString() == name);
        using var owner = await SignUpAsync();
        using var other = await SignUpAsync();
        var path = route.Path.Replace("{id}", await MakeAsync(owner, route.Owned!.Value), StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal);

        var (theirs, own) = (await StatusOfAsync(other, route.Method, path), await StatusOfAsync(owner, route.Method, path));

        Assert.True(theirs is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, $"{theirs}");
        Assert.InRange((int)own, 200, 299);
    }

    private static async Task<string> MakeAsync(HttpClient owner, Owned thing) => thing switch
    {
        Owned.Key => Id(await MadeAsync(owner, "/api/v1/auth/api-keys", JsonContent.Create(new { name = "a key" }))),
        Owned.Persona => Id((await MadeAsync(owner, "/api/v1/chat/personas", JsonContent.Create(new { name = $"Ada {Guid.NewGuid()}", description = "x", system_prompt = "x" }))).GetProperty("persona")),
        Owned.Conversation => Id(await MadeAsync(owner, "/api/v1/conversations", JsonContent.Create(new { title = "mine" }))),
        Owned.Asset => Id(await MadeAsync(owner, "/api/v1/assets", new StringContent($"of {Guid.NewGuid()}", Encoding.UTF8, "text/plain"))),
        _ => throw new ArgumentOutOfRangeException(nameof(thing), thing, "There is no such thing."),
    };

    private static string Id(JsonElement made) => made.GetProperty("id").GetString()!;

    private static async Task<JsonElement> MadeAsync(HttpClient owner, string path, HttpContent body)
    {
        using var answer = await owner.PostAsync(path, body, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task<HttpStatusCode> StatusOfAsync(HttpClient caller, string method, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
        request.Content = method is "POST" or "PUT" or "PATCH" ? new StringContent(Anything, Encoding.UTF8, "application/json") : null;
        using var answer = await caller.SendAsync(request, Ct);
        return answer.StatusCode;
    }

    /// <summary>A client of a new user who has signed in.</summary>
    private async Task<HttpClient> SignUpAsync()
    {
        var client = gaia.Gateway();
        var user = SignedIn.Of(await MadeAsync(client, "/api/v1/auth/register", JsonContent.Create(new { email = AuthApi.SomeEmail(), password = AuthApi.Password, name = "Ada" })));
        client.DefaultRequestHeaders.Authorization = new("Bearer", user.AccessToken);
        return client;
    }
}
