using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Gaia.Tests.Errors;

/// <summary>Whatever goes wrong in a service, its client reads a problem in the words of api.md, and nothing of what went wrong inside.</summary>
public sealed class ProblemTests
{
    private const string Secret = "the password is hunter2";

    [Theory]
    [InlineData("GET", "/bug", HttpStatusCode.InternalServerError, "An error occurred while processing your request.")]
    [InlineData("GET", "/database", HttpStatusCode.ServiceUnavailable, "Service notes unavailable")]
    [InlineData("GET", "/nowhere", HttpStatusCode.NotFound, "Nothing is here.")]
    [InlineData("GET", "/forbidden", HttpStatusCode.Forbidden, "The credential does not allow this.")]
    [InlineData("GET", "/number/seven", HttpStatusCode.BadRequest, "The value of number is of the wrong type.")]
    [InlineData("POST", "/note", HttpStatusCode.BadRequest, "The JSON is malformed at line 1, byte 9.")]
    [InlineData("DELETE", "/note", HttpStatusCode.MethodNotAllowed, "Method Not Allowed")]
    public async Task An_error_is_a_problem_that_tells_nothing_of_the_inside(string method, string path, HttpStatusCode status, string detail)
    {
        await using var service = await StartAsync();
        using var client = service.Client();

        using var answer = await client.SendAsync(Request(method, path), TestContext.Current.CancellationToken);

        var problem = await Problem.ExpectAsync(answer, status, detail);
        Assert.True(problem.TryGetProperty("type", out _) && problem.TryGetProperty("title", out _));
        Assert.DoesNotContain("hunter2", problem.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/event-stream")]
    [InlineData("text/html")]
    [InlineData("*/*")]
    public async Task Also_a_client_that_asked_for_something_else_gets_the_problem(string accept)
    {
        await using var service = await StartAsync();
        using var client = service.Client();
        client.DefaultRequestHeaders.Add("Accept", accept);

        using var bug = await client.GetAsync("/bug", TestContext.Current.CancellationToken);
        using var nowhere = await client.GetAsync("/nowhere", TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(bug, HttpStatusCode.InternalServerError);
        await Problem.ExpectAsync(nowhere, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_database_that_is_away_is_worth_another_try()
    {
        await using var service = await StartAsync();
        using var client = service.Client();

        using var answer = await client.GetAsync("/database", TestContext.Current.CancellationToken);

        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("""{"text":7}""", "The value of text is of the wrong type.", "text")]
    [InlineData("""{"text":"a","parts":[{"first_word":"b"},{"first_word":[]}]}""", "The value of parts[1].first_word is of the wrong type.", "parts[1].first_word")]
    [InlineData("7", "The body is JSON of the wrong type.", null)]
    [InlineData("{\n\"text\": nothing}", "The JSON is malformed at line 2, byte 10.", null)]
    public async Task Malformed_JSON_is_told_where(string body, string detail, string? field)
    {
        await using var service = await StartAsync();
        using var client = service.Client();

        using var answer = await client.PostAsync("/note", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        var problem = await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest, detail);
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task A_body_that_fails_validation_is_unprocessable_and_its_fields_have_the_names_of_the_JSON()
    {
        await using var service = await StartAsync();
        using var client = service.Client();

        using var answer = await client.GetAsync("/invalid", TestContext.Current.CancellationToken);

        var problem = await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity, "The request does not pass validation.");
        Assert.Equal(
            """{"system_prompt":["The system_prompt field is required."],"traits.first_word":["The field first_word is too long."]}""",
            problem.GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task Nobody_gets_around_the_gateway_whatever_there_is_to_get()
    {
        await using var service = await StartAsync();
        using var stranger = service.Stranger();

        foreach (var path in (string[])["/bug", "/nowhere", "/number/1"])
        {
            using var answer = await stranger.GetAsync(path, TestContext.Current.CancellationToken);
            await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized, Problems.NotAuthenticated);
            Assert.NotEmpty(answer.Headers.WwwAuthenticate);
        }
    }

    [Fact]
    public async Task The_trace_of_a_problem_is_the_callers_own()
    {
        await using var service = await StartAsync();
        using var client = service.Client();
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");

        using var answer = await client.GetAsync("/bug", TestContext.Current.CancellationToken);

        Assert.Equal(Trace, (await Problem.ExpectAsync(answer, HttpStatusCode.InternalServerError)).GetProperty("trace_id").GetString());
    }

    private static Task<NotesService> StartAsync() => NotesService.StartAsync(app =>
    {
        app.MapGet("/bug", string () => throw new InvalidOperationException(Secret));
        app.MapGet("/database", string () => throw new InvalidOperationException(Secret, new NpgsqlException(Secret, new TimeoutException(Secret))));
        app.MapGet("/forbidden", () => TypedResults.StatusCode(StatusCodes.Status403Forbidden));
        app.MapGet("/number/{number}", (int number) => number);
        app.MapPost("/note", (Note note) => note.Text);
        app.MapGet("/invalid", () => TypedResults.ValidationProblem(new Dictionary<string, string[]>
        {
            ["SystemPrompt"] = ["The SystemPrompt field is required."],
            ["Traits.FirstWord"] = ["The field FirstWord is too long."],
        }));
    });

    private static HttpRequestMessage Request(string method, string path) => new(new HttpMethod(method), path)
    {
        Content = method == "POST" ? new StringContent("{\"text\":", Encoding.UTF8, "application/json") : null,
    };

    private sealed record Note(string Text, IReadOnlyList<Part>? Parts = null);

    private sealed record Part(string FirstWord);
}
