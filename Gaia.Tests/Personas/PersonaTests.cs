using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gaia.Tests.Personas;

public class PersonaTests(GaiaApp gaia)
{
    private const string Path = "/api/v1/chat/personas";

    [Fact]
    public async Task Mu_is_there_from_the_start()
    {
        using var developer = gaia.Developer();

        var list = await developer.GetFromJsonAsync<JsonElement>(Path, TestContext.Current.CancellationToken);

        Assert.True(list.GetProperty("success").GetBoolean());
        Assert.Equal(list.GetProperty("personas").GetArrayLength(), list.GetProperty("total").GetInt32());
        Assert.Contains(list.GetProperty("personas").EnumerateArray(), p => p.GetProperty("name").GetString() == "Mu");
    }

    [Fact]
    public async Task A_created_persona_is_read_back_by_its_location()
    {
        using var developer = gaia.Developer();

        using var created = await developer.PostAsJsonAsync(Path, Draft(), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var persona = await developer.GetFromJsonAsync<JsonElement>(created.Headers.Location, TestContext.Current.CancellationToken);

        Assert.Equal("You are kind.", persona.GetProperty("persona").GetProperty("system_prompt").GetString());
        Assert.Equal(1, persona.GetProperty("persona").GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_created_persona_stands_in_the_very_next_list()
    {
        using var developer = gaia.Developer();
        await developer.GetStringAsync(Path, TestContext.Current.CancellationToken);

        var draft = Draft();
        await developer.PostAsJsonAsync(Path, draft, TestContext.Current.CancellationToken);
        var list = await developer.GetFromJsonAsync<JsonElement>(Path, TestContext.Current.CancellationToken);

        Assert.Contains(list.GetProperty("personas").EnumerateArray(), p => p.GetProperty("name").GetString() == (string?)draft["name"]);
    }

    [Fact]
    public async Task Anonymous_callers_see_no_system_prompt()
    {
        using var anyone = gaia.Gateway();

        var list = await anyone.GetFromJsonAsync<JsonElement>(Path, TestContext.Current.CancellationToken);

        Assert.All(list.GetProperty("personas").EnumerateArray(), p => Assert.Equal(JsonValueKind.Null, p.GetProperty("system_prompt").ValueKind));
    }

    [Fact]
    public async Task Anonymous_callers_make_no_persona()
    {
        using var anyone = gaia.Gateway();

        using var answer = await anyone.PostAsJsonAsync(Path, Draft(), TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.Unauthorized, "Not authenticated. Provide a valid JWT or API Key.");
    }

    [Fact]
    public async Task A_second_persona_of_one_name_is_a_conflict()
    {
        using var developer = gaia.Developer();
        var draft = Draft();
        await developer.PostAsJsonAsync(Path, draft, TestContext.Current.CancellationToken);

        using var second = await developer.PostAsJsonAsync(Path, draft, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
    }

    [Fact]
    public async Task What_does_not_exist_is_not_found()
    {
        using var developer = gaia.Developer();

        using var answer = await developer.GetAsync($"{Path}/{Guid.CreateVersion7()}", TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.NotFound, "Persona not found");
    }

    [Theory]
    [InlineData("not-a-uuid")]
    [InlineData("?created_by=nobody")]
    [InlineData("?active_only=perhaps")]
    public async Task What_cannot_be_read_is_a_bad_request(string tail)
    {
        using var developer = gaia.Developer();

        using var answer = await developer.GetAsync(tail.StartsWith('?') ? Path + tail : $"{Path}/{tail}", TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_draft_that_fails_validation_is_told_field_by_field()
    {
        using var developer = gaia.Developer();
        var draft = Draft();
        draft["name"] = new string('n', 101);
        draft["personality_traits"] = "cheerful";

        using var answer = await developer.PostAsJsonAsync(Path, draft, TestContext.Current.CancellationToken);

        var errors = (await Problem.ExpectAsync(answer, HttpStatusCode.UnprocessableEntity)).GetProperty("errors");
        Assert.True(errors.TryGetProperty("name", out _), errors.ToString());
        Assert.True(errors.TryGetProperty("personality_traits", out _), errors.ToString());
    }

    [Fact]
    public async Task A_body_that_is_no_JSON_is_a_bad_request()
    {
        using var developer = gaia.Developer();
        using var body = new StringContent("{\"name\":", System.Text.Encoding.UTF8, "application/json");

        using var answer = await developer.PostAsync(Path, body, TestContext.Current.CancellationToken);

        await Problem.ExpectAsync(answer, HttpStatusCode.BadRequest);
    }

    private static JsonObject Draft() => new()
    {
        ["name"] = $"Muse {Guid.CreateVersion7()}",
        ["description"] = "Inspires",
        ["system_prompt"] = "You are kind.",
        ["personality_traits"] = new JsonObject { ["warmth"] = 0.9 },
    };
}
