using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Gaia.Tests.Admission;

/// <summary>Every endpoint that takes JSON × every body that is none of its requests, through the gateway.</summary>
public sealed class MalformedBodyTests(GaiaApp gaia)
{
    private const string Json = "application/json";

    private static readonly (string? Text, string Type)[] Bodies =
    [
        (null, Json), ("", Json), ("null", Json), ("[]", Json), ("\"x\"", Json), ("1", Json), ("{\"a\":", Json), ("{", Json), ("{}", "text/plain"), ("{}", "image/png"), ("{}", $"{Json}; charset=bogus"),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Routes =>
        [.. RouteTable.All.Where(route => route.Method is "POST" or "PUT" or "PATCH").Select(route => route.ToString())];

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task It_is_refused_with_a_problem(string name)
    {
        using var client = gaia.Developer();
        var route = RouteTable.All.Single(candidate => candidate.ToString() == name);
        if (await RequestBodyOfAsync(client, route) is not { } body || !body.GetProperty("content").TryGetProperty(Json, out _))
        {
            // It takes no JSON, so no JSON is malformed.
            return;
        }

        var isOptional = !body.TryGetProperty("required", out var required) || !required.GetBoolean();
        foreach (var (text, type) in Bodies)
        {
            using var answer = await SendAsync(client, route, text, type);
            var status = (int)answer.StatusCode;
            var what = $"{route} with {text ?? "nothing"} as {type}: {status}";
            if (isOptional && text is null or "" or "null")
            {
                Assert.True(status < 500, what);
                continue;
            }

            Assert.True(status is >= 400 and < 500 and not (401 or 403 or 405 or 429), what);
            Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", what);
        }
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=utf8")]
    public async Task JSON_in_a_known_character_set_is_read(string type)
    {
        using var client = gaia.Developer();

        using var answer = await SendAsync(client, RouteTable.All.Single(route => $"{route}" is "POST /api/v1/conversations"), "{}", type);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task The_walk_meets_the_endpoints_of_every_service()
    {
        using var client = gaia.Developer();
        var walked = new List<string>();
        foreach (var route in RouteTable.All)
        {
            if (await RequestBodyOfAsync(client, route) is { } body && body.GetProperty("content").TryGetProperty(Json, out _))
            {
                walked.Add($"{route}");
            }
        }

        string[] expected =
        [
            "POST /api/v1/auth/login", "POST /api/v1/auth/api-keys", "POST /api/v1/chat", "POST /api/v1/conversations", "POST /api/v1/chat/personas",
            "POST /v1/chat/completions", "POST /api/v0.3/chat", "POST /api/v1/assets/generate", "POST /api/v1/assets/{id}/sign", "POST /api/v1/admin/cache/flush",
        ];
        Assert.Empty(expected.Except(walked));
    }

    private static async Task<JsonElement?> RequestBodyOfAsync(HttpClient client, PublicRoute route)
    {
        var paths = (await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Ct)).GetProperty("paths");
        var path = paths.EnumerateObject().Single(candidate => (candidate.Name == "/" ? candidate.Name : candidate.Name.TrimEnd('/')) == route.Path).Value;
        return path.GetProperty(route.Method.ToLowerInvariant()).TryGetProperty("requestBody", out var body) ? body : null;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, PublicRoute route, string? text, string type)
    {
        var path = route.Path.Replace("{id}", $"{Guid.CreateVersion7()}", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Parse(route.Method), path)
        {
            Content = text is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = MediaTypeHeaderValue.Parse(type) } },
        };
        return await client.SendAsync(request, Ct);
    }
}
