using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Chat;

[Collection(ChatNodesDefinition.Name)]
public sealed class ConversationTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/conversations";

    [Fact]
    public async Task A_conversation_is_made_read_renamed_and_deleted()
    {
        using var user = nodes.NewUser();

        var made = await user.PostAsync(Path, new JsonObject());
        var id = made.GetProperty("id").GetString();
        Assert.Equal("New conversation", made.GetProperty("title").GetString());

        using var patched = await user.At().PatchAsJsonAsync($"{Path}/{id}", new { title = "Holidays" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        Assert.Equal("Holidays", (await user.GetAsync($"{Path}/{id}")).GetProperty("title").GetString());

        using var deleted = await user.At().DeleteAsync($"{Path}/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        using var gone = await user.At().GetAsync($"{Path}/{id}", TestContext.Current.CancellationToken);
        await Problem.ExpectAsync(gone, HttpStatusCode.NotFound, "Conversation not found");
    }

    [Fact]
    public async Task Every_conversation_is_on_exactly_one_page_the_newest_first()
    {
        using var user = nodes.NewUser();
        List<string> made = [];
        for (var i = 0; i < 5; i++)
        {
            made.Add((await user.PostAsync(Path, new JsonObject { ["title"] = $"Talk {i}" })).GetProperty("id").GetString()!);
        }

        List<string> listed = [];
        string? cursor = null;
        do
        {
            var page = await user.GetAsync($"{Path}?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            listed.AddRange(page.GetProperty("conversations").EnumerateArray().Select(c => c.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        made.Reverse();
        Assert.Equal(made, listed);
    }

    [Theory]
    [InlineData("?limit=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?limit=101", HttpStatusCode.UnprocessableEntity)]
    [InlineData("?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("?cursor=nonsense", HttpStatusCode.BadRequest)]
    public async Task A_page_that_cannot_be_is_refused(string query, HttpStatusCode expected)
    {
        using var user = nodes.NewUser();

        using var answer = await user.At().GetAsync(Path + query, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, expected);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/messages")]
    [InlineData("PATCH", "")]
    [InlineData("DELETE", "")]
    public async Task Somebody_elses_conversation_does_not_exist(string method, string tail)
    {
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();
        var id = (await ada.PostAsync(Path, new JsonObject { ["title"] = "Secret" })).GetProperty("id").GetString();

        using var request = new HttpRequestMessage(new(method), $"{Path}/{id}{tail}") { Content = JsonContent.Create(new { title = "Mine" }) };
        using var answer = await bob.At().SendAsync(request, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, "Conversation not found");
        Assert.Equal("Secret", (await ada.GetAsync($"{Path}/{id}")).GetProperty("title").GetString());
    }

    [Fact]
    public async Task The_first_exchange_gives_a_conversation_its_title_and_preview()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Paris", " is", " lovely."] });

        var answer = await user.PostAsync("/api/v1/chat", new JsonObject { ["message"] = $"Where  shall I go?\n{script.Key} {new string('x', 80)}" });

        var conversation = await user.GetAsync($"{Path}/{answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()}");
        Assert.StartsWith("Where shall I go?", conversation.GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.InRange(conversation.GetProperty("title").GetString()!.Length, 1, 60);
        Assert.Equal("Paris is lovely.", conversation.GetProperty("preview").GetString());
    }

    [Fact]
    public async Task Messages_that_come_together_stay_in_order()
    {
        using var user = nodes.NewUser();
        var script = nodes.Models.Play(new() { Words = ["Yes."] });
        string[] said = [.. Enumerable.Range(0, 20).Select(i => $"message {i}"), script.Key];
        var messages = new JsonArray([.. said.Index().Select(m => (JsonNode)new JsonObject { ["role"] = m.Index % 2 == 0 ? "user" : "assistant", ["content"] = m.Item })]);

        var answer = await user.PostAsync("/api/v1/chat", new JsonObject { ["messages"] = messages });

        var stored = await user.GetAsync($"{Path}/{answer.GetProperty("_metadata").GetProperty("conversation_id").GetString()}/messages");
        Assert.Equal([.. said, "Yes."], stored.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("content").GetString()));
    }

    [Fact]
    public async Task Version_0_3_has_names_of_its_own()
    {
        using var user = nodes.NewUser();

        var made = await user.PostAsync("/api/v0.3/conversations", new JsonObject { ["title"] = "  " });
        var listed = await user.GetAsync("/api/v0.3/conversations");

        Assert.Equal(["conversation_id", "title"], made.EnumerateObject().Select(p => p.Name));
        var conversation = Assert.Single(listed.GetProperty("conversations").EnumerateArray());
        Assert.Equal(["conversation_id", "title", "created_at"], conversation.EnumerateObject().Select(p => p.Name));
        Assert.Equal(made.GetProperty("conversation_id").GetString(), conversation.GetProperty("conversation_id").GetString());
        Assert.Equal("New conversation", made.GetProperty("title").GetString());
    }
}
