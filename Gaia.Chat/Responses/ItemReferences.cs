using System.Globalization;
using System.Text.Json;
using Gaia.Chat.Errors;
using Gaia.Chat.OpenAIProtocol;

namespace Gaia.Chat.Responses;

/// <summary>Replaces references to items of stored responses by the items: clients send those in place of what Gaia has already.</summary>
internal sealed class ItemReferences(ResponseStore store)
{
    private const string ReferenceType = "item_reference";
    private const int GuidLength = 32;

    /// <summary>An item's id tells whose output it is part of, and where.</summary>
    public static string NewId(string prefix, Guid response, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}_{response:N}{index:x4}");

    /// <exception cref="ChatException">The user has no such item.</exception>
    public async Task<JsonElement> ResolveAsync(JsonElement input, CurrentUser user, CancellationToken ct)
    {
        if (input.ValueKind is not JsonValueKind.Array || !input.EnumerateArray().Any(IsReference))
        {
            return input;
        }

        var items = new List<JsonElement>();
        foreach (var (place, item) in input.EnumerateArray().Index())
        {
            items.Add(IsReference(item) ? await FindAsync(item, $"input[{place}].id", user, ct) : item);
        }

        return JsonSerializer.SerializeToElement(items);
    }

    private static bool IsReference(JsonElement item) => item.Text("type") == ReferenceType;

    private async Task<JsonElement> FindAsync(JsonElement reference, string field, CurrentUser user, CancellationToken ct)
    {
        var id = reference.Text("id");
        if (ResponseOf(id) is { } name && await store.FindAsync(name, user, ct) is { } response)
        {
            foreach (var item in JsonElement.Parse(response.Body).Elements("output").Where(item => item.Text("id") == id))
            {
                return item;
            }
        }

        throw new ChatException(StatusCodes.Status400BadRequest, "item_not_found", "There is no stored item of this id", field);
    }

    private static string? ResponseOf(string? id) =>
        id?.Split('_') is [_, { Length: > GuidLength } place] && Guid.TryParseExact(place[..GuidLength], "N", out var response) ? ResponseStore.Name(response) : null;
}
