using Gaia.Chat.Errors;

namespace Gaia.Chat.Cards;

/// <summary>What the sender of a card that cannot be imported is told.</summary>
internal static class CardError
{
    /// <summary>The card is readable and breaks its specification.</summary>
    public static ChatException Invalid(string detail, string? part = null) => new(StatusCodes.Status422UnprocessableEntity, "invalid_card", detail, part);

    /// <summary>The file is damaged: nothing can be read from it.</summary>
    public static ChatException Unreadable(string detail, Exception? cause = null) =>
        new(StatusCodes.Status400BadRequest, "unreadable_card", detail, cause: cause);

    public static ChatException TooLarge(string what, int limit) =>
        new(StatusCodes.Status413PayloadTooLarge, "card_too_large", $"{what} of at most {limit >> 20} MiB is wanted");
}
