using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Errors;

namespace Gaia.Chat.Personas;

/// <summary>
/// The character card in which chat programs exchange personas. What Gaia has no place for is kept as it came, so a card that passes through Gaia
/// comes out with everything that was in it. Source: malfoyslastname/character-card-spec-v2.
/// </summary>
internal static class CharacterCard
{
    private const string Spec = "chara_card_v2";
    private const string OwnExtension = "gaia";

    /// <exception cref="ChatException">It is not a card of version 2.</exception>
    public static PersonaDraft Read(JsonElement card)
    {
        if (card is not { ValueKind: JsonValueKind.Object }
            || !card.TryGetProperty("spec", out var spec) || spec is not { ValueKind: JsonValueKind.String } || spec.GetString() != Spec
            || !card.TryGetProperty("data", out var data) || data is not { ValueKind: JsonValueKind.Object })
        {
            throw Unreadable($"A card with spec {Spec} is wanted", "spec");
        }

        if (!HasEachMemberOnce(card))
        {
            throw Unreadable("Each member of an object may stand in a card once", "data");
        }

        var name = Text(data, "name").Trim();
        if (name.Length is 0 or > Persona.NameLimit)
        {
            throw Unreadable($"A name of 1 to {Persona.NameLimit} characters is wanted", "data.name");
        }

        var prompt = Prompt(data);
        if (prompt.Length is 0 or > PersonaDraft.PromptLimit)
        {
            throw Unreadable($"A system prompt, description, personality or scenario is wanted, at most {PersonaDraft.PromptLimit} characters together", "data.system_prompt");
        }

        var own = data.TryGetProperty("extensions", out var extensions) && extensions.ValueKind is JsonValueKind.Object
            && extensions.TryGetProperty(OwnExtension, out var gaia) && gaia.ValueKind is JsonValueKind.Object
            ? gaia
            : Persona.EmptyObject;
        var description = Text(data, "description");
        return new(
            name,
            Begin(description, PersonaDraft.DescriptionLimit),
            prompt,
            Object(own, "personality_traits"),
            Object(own, "capabilities"));
    }

    // Half a surrogate pair is no character.
    private static string Begin(string text, int limit) =>
        text.Length <= limit ? text : text[..(char.IsHighSurrogate(text[limit - 1]) ? limit - 1 : limit)];

    /// <summary>The card that the persona came with, with what was changed since, or a new one.</summary>
    public static JsonObject Write(Persona persona)
    {
        var card = persona.Card is { } kept ? JsonNode.Parse(kept)!.AsObject() : Empty();
        var before = persona.Card is null ? null : Read(JsonElement.Parse(persona.Card));
        var data = card["data"]!.AsObject();

        Put(data, "name", persona.Name, before?.Name);
        Put(data, "description", persona.Description, before?.Description);
        Put(data, "system_prompt", persona.SystemPrompt, before?.SystemPrompt);
        PutOwn(data, "personality_traits", persona.PersonalityTraits, before?.PersonalityTraits);
        PutOwn(data, "capabilities", persona.Capabilities, before?.Capabilities);
        return card;
    }

    private static void Put(JsonObject data, string name, string now, string? before)
    {
        if (now != before)
        {
            data[name] = now;
        }
    }

    private static void PutOwn(JsonObject data, string name, JsonElement now, JsonElement? before)
    {
        if (JsonElement.DeepEquals(now, before ?? Persona.EmptyObject))
        {
            return;
        }

        var extensions = data["extensions"] as JsonObject ?? [];
        data["extensions"] = extensions;
        var own = extensions[OwnExtension] as JsonObject ?? [];
        extensions[OwnExtension] = own;
        own[name] = JsonNode.Parse(now.GetRawText());
    }

    /// <summary>A card need not have a prompt of its own: then it is made of what describes the character.</summary>
    private static string Prompt(JsonElement data) => Text(data, "system_prompt") is { Length: > 0 } own
        ? own
        : string.Join("\n\n", new[] { Text(data, "description"), Text(data, "personality"), Text(data, "scenario") }.Where(part => part.Length > 0));

    private static JsonObject Empty() => new()
    {
        ["spec"] = Spec,
        ["spec_version"] = "2.0",
        ["data"] = new JsonObject
        {
            ["name"] = "",
            ["description"] = "",
            ["personality"] = "",
            ["scenario"] = "",
            ["first_mes"] = "",
            ["mes_example"] = "",
            ["creator_notes"] = "",
            ["system_prompt"] = "",
            ["post_history_instructions"] = "",
            ["alternate_greetings"] = new JsonArray(),
            ["tags"] = new JsonArray(),
            ["creator"] = "",
            ["character_version"] = "",
            ["extensions"] = new JsonObject(),
        },
    };

    /// <summary>Of two alike one would be lost when the card is written again.</summary>
    private static bool HasEachMemberOnce(JsonElement card)
    {
        try
        {
            using var _ = JsonDocument.Parse(card.GetRawText(), new() { AllowDuplicateProperties = false });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString()! : "";

    private static JsonElement? Object(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Object ? value : null;

    private static ChatException Unreadable(string detail, string part) => new(StatusCodes.Status422UnprocessableEntity, "invalid_card", detail, part);
}
