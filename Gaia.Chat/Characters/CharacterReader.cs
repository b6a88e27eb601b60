using System.Text.Json;
using Gaia.Chat.Cards;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Characters;

/// <summary>Reads what of a card's data the model is given.</summary>
internal static class CharacterReader
{
    /// <exception cref="Errors.ChatException">A member is not of the type that the specification gives it, or there is too much of something.</exception>
    public static Character Read(JsonElement data) => new(
        Text(data, "name", "data"),
        Nickname(data),
        Text(data, "description", "data"),
        Text(data, "personality", "data"),
        Text(data, "scenario", "data"),
        Text(data, "mes_example", "data"),
        Text(data, "system_prompt", "data"),
        Text(data, "post_history_instructions", "data"),
        Greetings(data),
        Value(data, "character_book", JsonValueKind.Object, "data") is { } book ? Book(book) : null);

    // It may stand in a text any number of times.
    private static string? Nickname(JsonElement data) => Text(data, "nickname", "data") switch
    {
        "" => null,
        { Length: > CardLimits.NicknameLength } => throw CardError.Invalid($"At most {CardLimits.NicknameLength} characters are wanted", "data.nickname"),
        var nickname => nickname,
    };

    private static string[] Greetings(JsonElement data)
    {
        var first = Text(data, "first_mes", "data");
        var others = Texts(data, "alternate_greetings", "data", CardLimits.Greetings, int.MaxValue);
        return first.Length == 0 && others.Length == 0 ? [] : [first, .. others];
    }

    private static Lorebook Book(JsonElement book)
    {
        const string Path = "data.character_book";
        var entries = Value(book, "entries", JsonValueKind.Array, Path);
        if (entries?.GetArrayLength() > CardLimits.LoreEntries)
        {
            throw CardError.Invalid($"A lorebook has at most {CardLimits.LoreEntries} entries", $"{Path}.entries");
        }

        return new(
            Count(book, "scan_depth", Path),
            Count(book, "token_budget", Path),
            Flag(book, "recursive_scanning", Path) ?? false,
            entries is null ? [] : [.. entries.Value.EnumerateArray().Select((entry, index) => Entry(entry, $"{Path}.entries[{index}]")).OfType<LoreEntry>()]);
    }

    /// <returns>Null for one that can never be inserted.</returns>
    private static LoreEntry? Entry(JsonElement entry, string path)
    {
        if (entry.ValueKind is not JsonValueKind.Object)
        {
            throw CardError.Invalid("An entry of a lorebook is an object", path);
        }

        var isRegex = Flag(entry, "use_regex", path) ?? false;
        var (content, decorators) = DecoratorReader.Read(Text(entry, "content", path));
        var keys = Keys(entry, "keys", path);
        var several = entry.Text("secondary_keys") is { } text ? [text] : Keys(entry, "secondary_keys", path);
        var secondary = several.SelectMany(key => key.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        var isSelective = (Flag(entry, "selective", path) ?? false) && !isRegex;
        return string.IsNullOrWhiteSpace(content) || Flag(entry, "enabled", path) is false
            ? null
            : new(
                content,
                isRegex ? keys : [.. keys.Select(key => key.Trim())],
                isSelective ? [.. secondary] : [],
                Number(entry, "insertion_order", path) ?? 0,
                Number(entry, "priority", path),
                Flag(entry, "case_sensitive", path) ?? false,
                isRegex,
                (Flag(entry, "constant", path) ?? false) && !isRegex,
                decorators.Position ?? (Text(entry, "position", path) is "after_char" ? LorePosition.AfterCharacter : LorePosition.BeforeCharacter),
                decorators);
    }

    private static string[] Keys(JsonElement json, string name, string path) =>
        [.. Texts(json, name, path, CardLimits.LoreKeys, CardLimits.LoreKeyLength).Where(key => !string.IsNullOrWhiteSpace(key))];

    private static string[] Texts(JsonElement json, string name, string path, int count, int length)
    {
        var array = Value(json, name, JsonValueKind.Array, path);
        if (array?.GetArrayLength() > count)
        {
            throw CardError.Invalid($"At most {count} are wanted", $"{path}.{name}");
        }

        return array is null ? [] : [.. array.Value.EnumerateArray().Select((one, index) => one switch
        {
            { ValueKind: not JsonValueKind.String } => throw CardError.Invalid("A text is wanted", $"{path}.{name}[{index}]"),
            _ when one.GetString()!.Length > length => throw CardError.Invalid($"At most {length} characters are wanted", $"{path}.{name}[{index}]"),
            _ => one.GetString()!,
        })];
    }

    private static string Text(JsonElement json, string name, string path) => Value(json, name, JsonValueKind.String, path)?.GetString() ?? "";

    private static double? Number(JsonElement json, string name, string path) => Value(json, name, JsonValueKind.Number, path)?.GetDouble();

    private static int? Count(JsonElement json, string name, string path) =>
        Number(json, name, path) is { } number ? (int)Math.Clamp(number, 0, int.MaxValue) : null;

    private static bool? Flag(JsonElement json, string name, string path) => json.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => throw CardError.Invalid("true or false is wanted", $"{path}.{name}"),
    };

    /// <summary>What is left out may as well be null: many programs write cards so.</summary>
    private static JsonElement? Value(JsonElement json, string name, JsonValueKind kind, string path) => json.Member(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { } value when value.ValueKind == kind => value,
        _ => throw CardError.Invalid($"{kind switch { JsonValueKind.String => "A text", JsonValueKind.Number => "A number", JsonValueKind.Array => "An array", _ => "An object" }} is wanted", $"{path}.{name}"),
    };
}
