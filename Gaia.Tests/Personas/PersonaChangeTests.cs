using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Personas;

[Collection(ChatNodesDefinition.Name)]
public sealed class PersonaChangeTests(ChatNodes nodes)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task A_change_is_seen_by_the_next_read_on_every_node()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);
        foreach (var node in (GaiaService[])[nodes.First, nodes.Second])
        {
            await user.GetAsync($"{Path}/{id}", node);
        }

        using var changed = await PutAsync(user, id, new() { ["description"] = "Another one" });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);

        Assert.Equal("Another one", (await user.GetAsync($"{Path}/{id}")).GetProperty("persona").GetProperty("description").GetString());
        await Eventually.PassesAsync(
            async () => Assert.Equal("Another one", (await user.GetAsync($"{Path}/{id}", nodes.Second)).GetProperty("persona").GetProperty("description").GetString()),
            ct: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_a_change_leaves_out_stays()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);

        using var changed = await PutAsync(user, id, new() { ["personality_traits"] = new JsonObject { ["warmth"] = 1 } });
        var persona = JsonElement.Parse(await changed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("persona");

        Assert.Equal("You are kind.", persona.GetProperty("system_prompt").GetString());
        Assert.Equal(2, persona.GetProperty("version").GetInt32());
        Assert.Equal("\"2\"", changed.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task A_change_of_what_was_changed_meanwhile_is_refused()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);
        using var first = await PutAsync(user, id, new() { ["description"] = "First" }, ifMatch: "\"1\"");

        using var second = await PutAsync(user, id, new() { ["description"] = "Second" }, ifMatch: "\"1\"");

        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await Problem.ExpectAsync(second, HttpStatusCode.PreconditionFailed);
        Assert.Equal("First", (await user.GetAsync($"{Path}/{id}")).GetProperty("persona").GetProperty("description").GetString());
    }

    [Fact]
    public async Task Who_has_the_current_version_is_told_so()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);

        using var first = await user.At().GetAsync($"{Path}/{id}", TestContext.Current.CancellationToken);
        using var again = await ConditionalAsync(user, $"{Path}/{id}", first.Headers.ETag!.Tag);
        using var list = await user.At().GetAsync(Path, TestContext.Current.CancellationToken);
        using var listAgain = await ConditionalAsync(user, Path, list.Headers.ETag!.Tag);

        Assert.Equal("\"1\"", first.Headers.ETag.Tag);
        Assert.Equal("no-cache, private", string.Join(", ", first.Headers.CacheControl!.ToString().Split(", ").Order(StringComparer.Ordinal)));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, listAgain.StatusCode);

        using var changed = await PutAsync(user, id, new() { ["description"] = "New" });
        using var fresh = await ConditionalAsync(user, $"{Path}/{id}", first.Headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.OK, fresh.StatusCode);
    }

    [Theory]
    [InlineData("PUT", "")]
    [InlineData("DELETE", "")]
    [InlineData("GET", "/versions")]
    [InlineData("GET", "/versions/1")]
    [InlineData("POST", "/versions/1/restore")]
    public async Task Only_its_owner_changes_a_persona(string method, string tail)
    {
        using var ada = nodes.NewUser();
        using var bob = nodes.NewUser();
        using var admin = nodes.NewUser(Scopes.Admin);
        var id = await MakeAsync(ada);

        using var refused = await SendAsync(bob, method, $"{Path}/{id}{tail}");
        using var allowed = await SendAsync(admin, method, $"{Path}/{id}{tail}");

        await Problem.ExpectAsync(refused, HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Fact]
    public async Task Every_change_is_a_version_that_can_be_restored()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);
        using var changed = await PutAsync(user, id, new() { ["system_prompt"] = "You are rude." });

        var restored = await user.PostAsync($"{Path}/{id}/versions/1/restore", new JsonObject());
        var versions = await user.GetAsync($"{Path}/{id}/versions");

        Assert.Equal("You are kind.", restored.GetProperty("persona").GetProperty("system_prompt").GetString());
        Assert.Equal([3, 2, 1], versions.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Equal("You are rude.", (await user.GetAsync($"{Path}/{id}/versions/2")).GetProperty("system_prompt").GetString());
    }

    [Fact]
    public async Task A_deleted_persona_is_nobodys_current_one()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);
        var set = await user.PostAsync($"{Path}/set", new JsonObject { ["persona_id"] = id });
        Assert.Equal(id, set.GetProperty("persona_id").GetString());
        Assert.Equal(id, (await user.GetAsync($"{Path}/current")).GetProperty("persona").GetProperty("id").GetString());

        using var deleted = await SendAsync(user, "DELETE", $"{Path}/{id}");
        Assert.Equal("""{"message":"Persona deleted successfully"}""", await deleted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("Mu", (await user.GetAsync($"{Path}/current")).GetProperty("persona").GetProperty("name").GetString());
        using var again = await user.TryAsync($"{Path}/set", new JsonObject { ["persona_id"] = id });
        await Problem.ExpectAsync(again, HttpStatusCode.NotFound, "Persona not found");
    }

    [Fact]
    public async Task A_choice_can_be_taken_back()
    {
        using var user = nodes.NewUser();
        var id = await MakeAsync(user);
        await user.PostAsync("/api/v0.2/personas/set", new JsonObject { ["persona_id"] = id });
        Assert.Equal(id, (await user.GetAsync("/api/v0.2/personas/current")).GetProperty("persona").GetProperty("id").GetString());

        using var reset = await SendAsync(user, "DELETE", $"{Path}/current");

        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        Assert.Equal("Mu", (await user.GetAsync($"{Path}/current")).GetProperty("persona").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Mu_is_made_once()
    {
        using var user = nodes.NewUser();

        var answer = await user.PostAsync($"{Path}/initialize-default", new JsonObject());

        Assert.False(answer.GetProperty("was_created").GetBoolean());
        Assert.Equal("Mu", answer.GetProperty("persona").GetProperty("name").GetString());
    }

    private static async Task<string> MakeAsync(ChatUser user) => (await user.PostAsync(Path, new JsonObject
    {
        ["name"] = $"Muse {Guid.CreateVersion7()}",
        ["description"] = "Inspires",
        ["system_prompt"] = "You are kind.",
    })).GetProperty("persona").GetProperty("id").GetString()!;

    private static async Task<HttpResponseMessage> PutAsync(ChatUser user, string id, JsonObject change, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Path}/{id}") { Content = JsonContent.Create(change) };
        if (ifMatch is not null)
        {
            request.Headers.Add("If-Match", ifMatch);
        }

        return await user.At().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> ConditionalAsync(ChatUser user, string path, string tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("If-None-Match", tag);
        return await user.At().SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static async Task<HttpResponseMessage> SendAsync(ChatUser user, string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (method == "PUT")
        {
            request.Content = JsonContent.Create(new { description = "Mine" });
        }

        return await user.At().SendAsync(request, TestContext.Current.CancellationToken);
    }
}
