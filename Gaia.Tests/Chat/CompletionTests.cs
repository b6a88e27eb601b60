using System.Net;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class CompletionTests(ChatNodes nodes)
{
    private const string Path = "/v1/chat/completions";

    [Fact]
    public async Task An_answer_has_OpenAIs_shape()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Good", " morning"] });

        var answer = await user.PostAsync(Path, Ask(script.Key));

        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal(ChatNodes.Model, answer.GetProperty("model").GetString());
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal("Good morning", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("assistant", choice.GetProperty("message").GetProperty("role").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        Assert.Equal(13, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Theory]
    [InlineData("id")]
    [InlineData("name")]
    public async Task A_persona_can_be_asked_in_a_models_place(string by)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        var name = $"Captain {Guid.CreateVersion7()}";
        var persona = await user.PostAsync("/api/v1/chat/personas", new JsonObject
        {
            ["name"] = name,
            ["description"] = "Sails",
            ["system_prompt"] = "You are a captain.",
        });

        await user.PostAsync(Path, Ask(script.Key, model: $"persona:{(by == "id" ? persona.GetProperty("persona").GetProperty("id").GetString() : name)}"));

        var sent = Assert.Single(script.Requests).GetProperty("messages");
        Assert.Equal("system", sent[0].GetProperty("role").GetString());
        Assert.Equal("You are a captain.", sent[0].GetProperty("content").ToString());
        Assert.Equal(2, sent.GetArrayLength());
    }

    [Theory]
    [InlineData("nobody", "Model \"nobody\" not found", "model_not_found")]
    [InlineData("persona:Nobody", "Persona not found", "not_found")]
    public async Task Who_does_not_exist_is_not_found(string model, string detail, string code)
    {
        using var user = nodes.NewUser();

        using var answer = await user.TryAsync(Path, Ask("Hello", model));

        var problem = await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, detail);
        Assert.Equal(detail, problem.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(code, problem.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_a_provider_refuses_is_told_in_its_own_words()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 400, Body = """{"error":{"message":"temperature is not supported with this model","type":"invalid_request_error"}}""" });

        using var answer = await user.TryAsync(Path, Ask(script.Key));

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest, "temperature is not supported with this model");
        Assert.Single(script.Requests);
    }

    [Theory]
    [InlineData(401, "{}", HttpStatusCode.BadGateway)]
    [InlineData(500, "{}", HttpStatusCode.ServiceUnavailable)]
    [InlineData(429, "{}", HttpStatusCode.TooManyRequests)]
    [InlineData(200, "<html>I am a proxy</html>", HttpStatusCode.BadGateway)]
    [InlineData(400, """{"error":{"message":"too long","code":"context_length_exceeded"}}""", HttpStatusCode.BadRequest)]
    public async Task A_provider_that_fails_is_a_clear_problem(int status, string body, HttpStatusCode expected)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = status, Body = body });

        using var answer = await user.TryAsync(Path, Ask(script.Key));

        var problem = await Problem.ExpectAsync(answer, expected);
        Assert.False(string.IsNullOrEmpty(problem.GetProperty("detail").GetString()));
        Assert.DoesNotContain("Exception", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_failed_before_its_first_token_is_repeated(bool stream)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 503, Body = "{}", Failures = 2, Words = ["Third time lucky"] });

        using var answer = await user.TryAsync(Path, Ask(script.Key, stream: stream));

        Assert.Contains("Third time lucky", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(3, script.Requests.Count);
    }

    [Fact]
    public async Task Usage_is_told_by_day_and_model()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());
        await user.PostAsync(Path, Ask(script.Key));
        using (var streamed = await user.TryAsync(Path, Ask(script.Key, stream: true)))
        {
            await Sse.ReadAllAsync(streamed);
        }

        await Eventually.IsTrueAsync(
            async () => (await user.GetAsync("/api/v1/usage")).GetProperty("total").GetProperty("requests").GetInt32() == 2,
            ct: TestContext.Current.CancellationToken);

        var line = Assert.Single((await user.GetAsync("/api/v1/usage")).GetProperty("usage").EnumerateArray());
        Assert.Equal(ChatNodes.Model, line.GetProperty("model").GetString());
        Assert.Equal(22, line.GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(6, line.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(0.000034m, line.GetProperty("cost").GetDecimal());
    }

    [Fact]
    public async Task A_message_of_two_megabytes_is_too_large()
    {
        using var user = nodes.NewUser();

        using var answer = await user.TryAsync(Path, Ask(new string('x', 2_000_000)));

        await Problem.ExpectAsync(answer, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_message_longer_than_the_models_window_is_told_so()
    {
        using var user = nodes.NewUser();

        using var answer = await user.TryAsync(Path, Ask(new string('x', 20_000)));

        var problem = await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal("context_length_exceeded", problem.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Whoever_may_not_chat_is_refused()
    {
        using var user = nodes.NewUser(Scopes.PersonasWrite);

        using var answer = await user.TryAsync(Path, Ask("Hello"));

        await Problem.ExpectAsync(answer, HttpStatusCode.Forbidden);
    }

    private static JsonObject Ask(string message, string model = ChatNodes.Model, bool stream = false) => new()
    {
        ["model"] = model,
        ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = message }),
        ["stream"] = stream,
    };
}
