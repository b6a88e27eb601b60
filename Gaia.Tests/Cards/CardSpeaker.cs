using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Testing.Models;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Cards;

/// <summary>Imports character cards and shows what a model is given when it speaks as them.</summary>
internal sealed class CardSpeaker(ChatNodes nodes) : IDisposable
{
    public const string Personas = "/api/v1/chat/personas";

    public ChatUser User { get; } = nodes.NewUser();

    /// <summary>A card with a name of its own and the members given, as JSON without the outer braces.</summary>
    public static JsonObject Card(string spec, string members)
    {
        var data = JsonNode.Parse($$"""{ "name": "Ada {{Guid.CreateVersion7()}}", {{members}} }""")!.AsObject();
        return spec == "1" ? data : new JsonObject { ["spec"] = $"chara_card_v{spec}", ["spec_version"] = $"{spec}.0", ["data"] = data };
    }

    public async Task<string> ImportAsync(JsonNode card) =>
        (await User.PostAsync($"{Personas}/import", card)).GetProperty("persona").GetProperty("id").GetString()!;

    /// <summary>The messages that the model gets for a chat with a card of version 3 that has these members: role and text of each.</summary>
    /// <param name="said">What user and character said, the user first; the last one is the user's.</param>
    public async Task<IReadOnlyList<string>> AskAsync(string members, params string[] said) => await AskPersonaAsync(await ImportAsync(Card("3", members)), said);

    public async Task<IReadOnlyList<string>> AskPersonaAsync(string persona, params string[] said)
    {
        var script = nodes.Models.Play(new());
        var messages = new JsonArray([.. said.Reverse().Index().Select(m => (JsonNode)new JsonObject
        {
            ["role"] = m.Index % 2 == 0 ? "user" : "assistant",
            ["content"] = m.Index == 0 ? $"{script.Key} {m.Item}" : m.Item,
        }).Reverse()]);
        await User.PostAsync("/v1/chat/completions", new JsonObject { ["model"] = $"persona:{persona}", ["messages"] = messages });
        return Sent(script);
    }

    /// <summary>The text of the first message for a card with these members.</summary>
    public async Task<string> PromptAsync(string members, params string[] said) => (await AskAsync(members, said is [] ? ["Hi"] : said))[0];

    /// <summary>Role and text of every message that the model got last, without the key of its script.</summary>
    public static IReadOnlyList<string> Sent(ModelScript script) =>
    [
        .. script.Requests.Last().GetProperty("messages").EnumerateArray()
            .Select(m => $"{m.GetProperty("role").GetString()}: {m.GetProperty("content").GetString()!.Replace(script.Key, "", StringComparison.Ordinal).Trim()}"),
    ];

    public void Dispose() => User.Dispose();
}
