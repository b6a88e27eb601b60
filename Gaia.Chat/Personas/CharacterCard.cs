using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gaia.Chat.Cards;
using Gaia.Chat.Characters;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Personas;

namespace Gaia.Chat.Personas;

/// <summary>
/// Reads and writes character cards, the format in which chat programs exchange personas. Unknown members are kept, so that a card is exported with everything
/// that was imported.
/// </summary>
internal static class CharacterCard
{
    private const string OwnExtension = "gaia";

    /// <exception cref="ChatException">No persona can be made of it.</exception>
    public static PersonaDraft Read(Card card)
    {
        var character = CharacterReader.Read(card.Data);
        var name = character.Name.Trim();
        if (name.Length is 0 or > Persona.NameLimit)
        {
            throw CardError.Invalid($"A name of 1 to {Persona.NameLimit} characters is wanted", "data.name");
        }

        return character.IsEmpty
            ? throw CardError.Invalid("A system prompt, description, personality, scenario, greeting, example or lorebook is wanted", "data.system_prompt")
            : Draft(card.Data, character, name);
    }

    /// <summary>The character in the data of a stored card; null for one that was imported under looser rules and breaks those of today.</summary>
    public static Character? Find(JsonElement data)
    {
        try
        {
            return CharacterReader.Read(data);
        }
        catch (ChatException)
        {
            return null;
        }
    }

    /// <summary>The card that the persona came with, with what was changed since, or a new one.</summary>
    public static JsonObject Write(Persona persona)
    {
        var kept = persona.Card is { } text ? JsonElement.Parse(text) : default(JsonElement?);
        var card = kept is { } json ? JsonObject.Create(json)! : Card.Create();
        var data = card["data"]!.AsObject();
        var before = kept is { } known ? Before(known.GetProperty("data")) : null;

        Put(data, "name", persona.Name, before?.Name);
        Put(data, "description", persona.Description, before?.Description);
        Put(data, "system_prompt", persona.SystemPrompt, before?.SystemPrompt);
        PutOwn(data, "personality_traits", persona.PersonalityTraits, before?.PersonalityTraits);
        PutOwn(data, "capabilities", persona.Capabilities, before?.Capabilities);
        PutOwn(data, "settings", Element(persona.Settings), Element(before?.Settings));
        Card.Complete(data, kept is { } whole && whole.Text("spec") is Card.Version3);
        return card;
    }

    private static PersonaDraft? Before(JsonElement data) =>
        Find(data) is { } character ? Draft(data, character, character.Name.Trim()) : null;

    private static PersonaDraft Draft(JsonElement data, Character character, string name)
    {
        var own = data.Member("extensions")?.Member(OwnExtension, JsonValueKind.Object) ?? Persona.EmptyObject;
        return new(
            name,
            character.ShownDescription,
            character.ShownPrompt,
            own.Member("personality_traits", JsonValueKind.Object),
            own.Member("capabilities", JsonValueKind.Object),
            Settings: Settings(own));
    }

    // A value that Gaia cannot have written is kept, but is not a setting.
    private static PersonaSettings? Settings(JsonElement own)
    {
        try
        {
            return own.Member("settings", JsonValueKind.Object)?.Deserialize<PersonaSettings>(EventJson.Options) is { } settings
                && Validator.TryValidateObject(settings, new(settings), null, validateAllProperties: true) ? PersonaSettingsJson.OrNone(settings) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement Element(PersonaSettings? settings) => settings is null ? Persona.EmptyObject : JsonSerializer.SerializeToElement(settings, EventJson.Options);

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
}
