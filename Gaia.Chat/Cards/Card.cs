using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Cards;

/// <summary>
/// A character card as it came. One of version 1 is put into version 2, which has a place for everything in it.
/// Sources: malfoyslastname/character-card-spec-v2, kwaroran/character-card-spec-v3.
/// </summary>
/// <param name="Root">The whole card.</param>
/// <param name="Warnings">What its sender should know about it.</param>
internal sealed record Card(JsonElement Root, IReadOnlyList<string> Warnings)
{
    public const string Version2 = "chara_card_v2";
    public const string Version3 = "chara_card_v3";

    /// <summary>The members of version 1, each a text.</summary>
    private static readonly string[] Texts = ["name", "description", "personality", "scenario", "first_mes", "mes_example"];

    private static readonly string[] TextsOfVersion2 = [.. Texts, "creator_notes", "system_prompt", "post_history_instructions", "creator", "character_version"];

    public JsonElement Data => Root.GetProperty("data");

    public bool IsVersion3 => Root.GetProperty("spec").ValueEquals(Version3);

    /// <summary>Reads a card from the bytes of its JSON.</summary>
    /// <exception cref="Errors.ChatException">They are no JSON, or no card.</exception>
    public static Card Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > CardLimits.JsonBytes)
        {
            throw CardError.TooLarge("JSON", CardLimits.JsonBytes);
        }

        var text = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw CardError.Unreadable("The card is no JSON", e);
        }
    }

    /// <exception cref="Errors.ChatException">It is no card.</exception>
    public static Card Read(JsonElement root)
    {
        if (root.ValueKind is not JsonValueKind.Object)
        {
            throw CardError.Invalid("A character card is a JSON object", "spec");
        }

        CheckText(root);
        CheckMembers(root);
        return root.Member("spec") switch
        {
            null when root.Member("name") is not null && Texts.Skip(1).Any(name => root.Member(name) is not null) => new(Upgrade(root), []),
            { ValueKind: JsonValueKind.String } spec when (spec.ValueEquals(Version2) || spec.ValueEquals(Version3)) =>
                root.Member("data", JsonValueKind.Object) is null ? throw CardError.Invalid("The card has no data", "data") : new(root, VersionWarnings(root, spec)),
            _ => throw CardError.Invalid($"A card with spec {Version2} or {Version3} is wanted, or one of version 1 with at least a name and a description", "spec"),
        };
    }

    /// <summary>Adds what the specification asks of every card and this one was imported without.</summary>
    public static void Complete(JsonObject data, bool isVersion3)
    {
        foreach (var name in TextsOfVersion2.Where(name => data[name] is null))
        {
            data[name] = "";
        }

        data["alternate_greetings"] ??= new JsonArray();
        data["tags"] ??= new JsonArray();
        data["extensions"] ??= new JsonObject();
        if (isVersion3)
        {
            data["group_only_greetings"] ??= new JsonArray();
        }
    }

    /// <summary>An empty card of version 2.</summary>
    public static JsonObject Create(JsonObject? data = null)
    {
        data ??= [];
        Complete(data, isVersion3: false);
        return new() { ["spec"] = Version2, ["spec_version"] = "2.0", ["data"] = data };
    }

    private static JsonElement Upgrade(JsonElement root) => JsonElement.Parse(Create(JsonObject.Create(root)!).ToJsonString(EventJson.Options));

    private static string[] VersionWarnings(JsonElement root, JsonElement spec)
    {
        var wanted = spec.ValueEquals(Version3) ? "3.0" : "2.0";
        return root.Text("spec_version") is { } version && version != wanted
            ? [$"The card is of version {Shorten(version)}; what is newer than {wanted} in it is kept but has no effect"]
            : [];
    }

    private static string Shorten(string text) => text.Length <= 20 ? text : $"{text[..20]}…";

    /// <summary>Of two members alike one would be lost when the card is written again.</summary>
    private static void CheckMembers(JsonElement card)
    {
        try
        {
            using var _ = JsonDocument.Parse(card.GetRawText(), new() { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            throw CardError.Invalid("Each member of an object may stand in a card once", "data");
        }
    }

    // No database stores this character, and half a surrogate pair is none.
    private static void CheckText(JsonElement card)
    {
        try
        {
            switch (card.ValueKind)
            {
                case JsonValueKind.String when card.GetString()!.Contains('\0', StringComparison.Ordinal):
                    throw CardError.Unreadable("A card cannot hold the character U+0000");
                case JsonValueKind.Array:
                    foreach (var element in card.EnumerateArray())
                    {
                        CheckText(element);
                    }

                    break;
                case JsonValueKind.Object:
                    foreach (var member in card.EnumerateObject())
                    {
                        _ = member.Name;
                        CheckText(member.Value);
                    }

                    break;
            }
        }
        catch (InvalidOperationException e)
        {
            throw CardError.Unreadable("The card holds text that is not Unicode", e);
        }
    }
}
