using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gaia.Tests.Auth;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Admission;

/// <summary>Every route × every kind of caller, from one table.</summary>
public sealed class RouteTableTests(GaiaApp gaia)
{
    // Made once for all routes: a user's password takes long to hash, a key takes its time to expire, and the description is long.
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Keys = new();
    private static readonly ConcurrentDictionary<GaiaApp, Lazy<Task<JsonElement>>> Descriptions = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Routes => [.. RouteTable.All.Select(route => route.ToString())];

    [Fact]
    public async Task The_table_has_every_route_that_a_service_answers()
    {
        var described = (await DescriptionAsync()).GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {(path.Name == "/" ? path.Name : path.Name.TrimEnd('/'))}"));

        Assert.Equal(RouteTable.All.Select(route => route.ToString()).Order(), described.Order());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task It_lets_in_whom_the_table_says(string name)
    {
        var route = RouteTable.All.Single(candidate => candidate.ToString() == name);

        // Who signs out is signed out on every other route.
        var nothing = route.Access is Access.SignedIn ? await NewKeyAsync(KeyWith()) : await KeyAsync("", KeyWith());

        var (anonymous, wrong, signedIn) = (await StatusOfAsync(route, null), await StatusOfAsync(route, ApiKeyText.Create("dev")), await StatusOfAsync(route, nothing));
        var expired = await StatusOfAsync(route, await ExpiredKeyAsync());

        switch (route.Access)
        {
            case Access.Open:
                Assert.All([anonymous, wrong, expired, signedIn], LetIn);
                break;
            case Access.Public:
                Assert.All([wrong, expired], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
                Assert.All([anonymous, signedIn], LetIn);
                break;
            case Access.SignedIn:
                Assert.All([anonymous, wrong, expired], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
                LetIn(signedIn);
                break;
            default:
                Assert.All([anonymous, wrong, expired], status => Assert.Equal(HttpStatusCode.Unauthorized, status));
                Assert.Equal(HttpStatusCode.Forbidden, signedIn);
                if (route.Scope != Scopes.Admin)
                {
                    LetIn(await StatusOfAsync(route, await KeyAsync(route.Scope!, KeyWith(route.Scope!))));
                }

                break;
        }
    }

    /// <summary>Whatever else is wrong with the request, it is not who sent it.</summary>
    private static void LetIn(HttpStatusCode status) =>
        Assert.True(status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests) && (int)status < 500, $"{status}");

    private async Task<HttpStatusCode> StatusOfAsync(PublicRoute route, string? key)
    {
        using var client = gaia.Gateway();
        using var request = new HttpRequestMessage(HttpMethod.Parse(route.Method), route.Path.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal));
        if (key is not null)
        {
            request.Headers.Add("X-API-Key", key);
        }

        if (route.Method is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode || await IsDescribedAsync(route, answer.StatusCode), $"{route} does not describe {answer.StatusCode}");
        return answer.StatusCode;
    }

    private async Task<bool> IsDescribedAsync(PublicRoute route, HttpStatusCode status) =>
        (await DescriptionAsync()).GetProperty("paths").EnumerateObject().Single(path => path.Name.TrimEnd('/') == route.Path.TrimEnd('/'))
            .Value.GetProperty(route.Method.ToLowerInvariant()).GetProperty("responses").TryGetProperty($"{(int)status}", out _);

    private Task<JsonElement> DescriptionAsync() => Descriptions.GetOrAdd(gaia, _ => new(async () =>
    {
        using var anyone = gaia.Gateway();
        return await anyone.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct);
    })).Value;

    /// <summary>A key that was good for everything, and is no longer.</summary>
    private Task<string> ExpiredKeyAsync() => Keys.GetOrAdd("expired", _ => new(async () =>
    {
        var end = DateTimeOffset.UtcNow.AddSeconds(10);
        var key = await NewKeyAsync(new { name = "a brief key", expires_at = end });
        await Eventually.IsTrueAsync(() => DateTimeOffset.UtcNow > end, ct: Ct);
        return key;
    })).Value;

    private Task<string> KeyAsync(string name, object request) => Keys.GetOrAdd(name, _ => new(() => NewKeyAsync(request))).Value;

    private static object KeyWith(params string[] scopes) => new { name = "a key", scopes };

    /// <summary>A key of a new user.</summary>
    private async Task<string> NewKeyAsync(object request)
    {
        using var client = gaia.Gateway();
        using var registered = await client.PostAsJsonAsync(
            "/api/v1/auth/register", new { email = AuthApi.SomeEmail(), password = AuthApi.Password, name = "Ada" }, Ct);
        Assert.Equal(HttpStatusCode.Created, registered.StatusCode);
        var user = SignedIn.Of(await registered.Content.ReadFromJsonAsync<JsonElement>(Ct));
        client.DefaultRequestHeaders.Authorization = new("Bearer", user.AccessToken);
        using var made = await client.PostAsJsonAsync("/api/v1/auth/api-keys", request, Ct);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("key").GetString()!;
    }
}
