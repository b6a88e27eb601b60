using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class ReplyTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat";

    [Fact]
    public async Task An_answer_has_OpenAIs_shape_and_says_where_it_belongs()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Hello", " Ada"] });
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = Json(new() { ["message"] = script.Key }) };
        request.Headers.Add("X-Request-Id", "my-own-id");

        using var response = await user.At().SendAsync(request, TestContext.Current.CancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("Hello Ada", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        var metadata = answer.GetProperty("_metadata");
        Assert.Equal("my-own-id", metadata.GetProperty("request_id").GetString());
        Assert.Equal("my-own-id", Assert.Single(response.Headers.GetValues("X-Request-Id")));
        Assert.True(metadata.GetProperty("conversation_id").TryGetGuid(out _));
        Assert.All(["routing_time_ms", "llm_time_ms", "total_time_ms"], name => Assert.True(metadata.GetProperty(name).GetDouble() >= 0));
    }

    [Theory]
    [InlineData(Path, false)]
    [InlineData(Path, true)]
    [InlineData("/v1/chat/completions", false)]
    [InlineData("/v1/chat/completions", true)]
    public async Task Text_comes_as_people_read_it(string path, bool isStreamed)
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["It's", " schön", " 日本語"] });
        var asked = new JsonObject
        {
            ["model"] = ChatNodes.Model,
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = script.Key }),
            ["stream"] = isStreamed,
        };

        using var answer = await user.TryAsync(path, asked);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.All(["It's", " schön", " 日本語"], word => Assert.Contains(word, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_conversation_remembers_what_was_said()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Noted."] });
        var first = await user.PostAsync(Path, new JsonObject { ["message"] = $"My name is Ada. {script.Key}" });
        var conversation = ConversationOf(first);

        await user.PostAsync(Path, new JsonObject { ["message"] = "What is my name?", ["conversation_id"] = conversation }, nodes.Second);

        var sent = script.Requests.Last().GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()).ToList();
        Assert.Equal(["system", "user", "assistant", "user"], sent);
        var stored = await MessagesAsync(user, conversation);
        Assert.Equal(["user", "assistant", "user", "assistant"], stored.Select(m => m.GetProperty("role").GetString()));
        Assert.Equal("What is my name?", stored[2].GetProperty("content").GetString());
        Assert.Equal(ChatNodes.Model, stored[3].GetProperty("model").GetString());
        Assert.Equal("openai", stored[3].GetProperty("provider").GetString());
    }

    [Fact]
    public async Task Without_a_choice_Mu_answers()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new());

        await user.PostAsync(Path, new JsonObject { ["message"] = script.Key });

        var prompt = Assert.Single(script.Requests).GetProperty("messages")[0].GetProperty("content").ToString();
        Assert.StartsWith("You are Mu", prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new")]
    [InlineData("0197a000-0000-7000-8000-000000000000")]
    [InlineData("somebody elses")]
    public async Task An_unknown_conversation_begins_a_new_one(string id)
    {
        using var user = nodes.NewUser();
        if (id == "somebody elses")
        {
            using var other = nodes.NewUser();
            id = (await other.PostAsync("/api/v1/conversations", new JsonObject())).GetProperty("id").GetString()!;
        }

        var answer = await user.PostAsync(Path, new JsonObject { ["message"] = "Hello", ["conversation_id"] = id });

        Assert.NotEqual(id, ConversationOf(answer));
        Assert.Equal(2, (await MessagesAsync(user, ConversationOf(answer))).Count);
    }

    [Fact]
    public async Task The_oldest_turns_are_left_out_first_and_the_persona_never()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Yes."] });
        var messages = new JsonArray();
        for (var turn = 0; turn < 10; turn++)
        {
            messages.Add(new JsonObject { ["role"] = "user", ["content"] = $"turn {turn} {new string('x', 800)}" });
            messages.Add(new JsonObject { ["role"] = "assistant", ["content"] = $"answer {turn}" });
        }

        messages.Add(new JsonObject { ["role"] = "user", ["content"] = $"the last one {script.Key}" });

        await user.PostAsync(Path, new JsonObject { ["messages"] = messages });

        var sent = Assert.Single(script.Requests).GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").ToString()).ToList();
        Assert.StartsWith("You are Mu", sent[0], StringComparison.Ordinal);
        Assert.StartsWith("turn ", sent[1], StringComparison.Ordinal);
        Assert.Equal("answer 9", sent[^2]);
        Assert.DoesNotContain(sent, s => s.StartsWith("turn 0 ", StringComparison.Ordinal) || s == "answer 0");
    }

    [Fact]
    public async Task A_question_that_nobody_answered_is_not_kept()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Status = 401, Body = "{}" });

        using var answer = await user.TryAsync(Path, new JsonObject { ["message"] = script.Key });

        await Problem.ExpectAsync(answer, HttpStatusCode.BadGateway);
        Assert.Empty((await user.GetAsync("/api/v1/conversations")).GetProperty("conversations").EnumerateArray());
    }

    [Fact]
    public async Task A_caller_who_leaves_finds_the_answer_later()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Here", " I", " am"], IsStepwise = true });
        using var leaving = new CancellationTokenSource();

        var asking = user.At().SendAsync(new(HttpMethod.Post, Path) { Content = Json(new() { ["message"] = script.Key }) }, leaving.Token);
        await Eventually.IsTrueAsync(() => !script.Requests.IsEmpty, ct: TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        script.Step(3);

        await Eventually.IsTrueAsync(
            async () => (await user.GetAsync("/api/v1/chat/status")).GetProperty("message_count").GetInt32() == 2,
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task History_is_counted_and_cleared()
    {
        using var user = nodes.NewUser();
        Assert.False((await user.GetAsync("/api/v1/chat/status")).GetProperty("has_history").GetBoolean());
        await user.PostAsync(Path, new JsonObject { ["message"] = "Remember me" });
        Assert.Equal(2, (await user.GetAsync("/api/v1/chat/status")).GetProperty("message_count").GetInt32());

        using var cleared = await user.At().DeleteAsync("/api/v1/chat/history", TestContext.Current.CancellationToken);

        Assert.Equal("""{"status":"success"}""", await cleared.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, (await user.GetAsync("/api/v1/chat/status")).GetProperty("message_count").GetInt32());
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"message":"  "}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"message":"Hi","persona_id":"0197a000-0000-7000-8000-000000000000"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"message":"Hi","persona_id":"captain"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"message":"Hi","model":"nobody"}""", HttpStatusCode.NotFound)]
    [InlineData("""{"message":"Hi","temperature":7}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("Hi", HttpStatusCode.BadRequest)]
    [InlineData("""{"message":"a\u0000b"}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"messages":[null]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"messages":[{"role":"user","content":"half \udc00 of a pair"}]}""", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_answered_is_told_why(string body, HttpStatusCode expected)
    {
        using var user = nodes.NewUser();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        using var answer = await user.At().PostAsync(Path, content, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, expected);
    }

    private static string ConversationOf(JsonElement answer) => answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()!;

    private static async Task<List<JsonElement>> MessagesAsync(ChatUser user, string conversation) =>
        [.. (await user.GetAsync($"/api/v1/conversations/{conversation}/messages")).GetProperty("messages").EnumerateArray()];

    private static StringContent Json(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
