using System.Net;
using System.Text;

namespace Gaia.Tests.Admission;

/// <summary>Every route × every kind of caller, from one table.</summary>
public sealed class RouteTableTests(GaiaApp gaia, RouteTableCallers callers) : IClassFixture<RouteTableCallers>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Routes => [.. RouteTable.All.Select(route => route.ToString())];

    [Fact]
    public async Task The_table_has_every_route_that_a_service_answers()
    {
        var described = callers.Description.GetProperty("paths").EnumerateObject().SelectMany(
            path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {(path.Name == "/" ? path.Name : path.Name.TrimEnd('/'))}"));

        Assert.Equal(RouteTable.All.Select(route => route.ToString()).Order(), described.Order());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task It_lets_in_whom_the_table_says(string name)
    {
        var route = RouteTable.All.Single(candidate => candidate.ToString() == name);

        // Who signs out is signed out on every other route.
        var nothing = await callers.KeyWithAsync(isNew: route.Access is Access.SignedIn);

        var (anonymous, wrong, signedIn) = (await StatusOfAsync(route, null), await StatusOfAsync(route, ApiKeyText.Create("dev")), await StatusOfAsync(route, nothing));
        var expired = await StatusOfAsync(route, callers.ExpiredKey);

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
                    LetIn(await StatusOfAsync(route, await callers.KeyWithAsync(scopes: route.Scope!)));
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
        Assert.True(answer.IsSuccessStatusCode || IsDescribed(route, answer.StatusCode), $"{route} does not describe {answer.StatusCode}");
        return answer.StatusCode;
    }

    private bool IsDescribed(PublicRoute route, HttpStatusCode status) =>
        callers.Description.GetProperty("paths").EnumerateObject().Single(path => path.Name.TrimEnd('/') == route.Path.TrimEnd('/'))
            .Value.GetProperty(route.Method.ToLowerInvariant()).GetProperty("responses").TryGetProperty($"{(int)status}", out _);
}
