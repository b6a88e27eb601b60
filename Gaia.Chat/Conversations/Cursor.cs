using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Gaia.Chat.Errors;

namespace Gaia.Chat.Conversations;

/// <summary>Where a page of a list ended: the last conversation on it, by the order of the list.</summary>
internal readonly record struct Cursor(DateTimeOffset UpdatedAt, Guid Id)
{
    /// <exception cref="ChatException">The text is not one that <see cref="ToString"/> made.</exception>
    public static Cursor Parse(string text)
    {
        try
        {
            if (Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split('/') is [var ticks, var id])
            {
                return new(new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero), Guid.ParseExact(id, "N"));
            }
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException)
        {
            // Told below.
        }

        throw ChatException.Invalid("cursor is not one that a list gave", "cursor");
    }

    public override string ToString() =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{UpdatedAt.UtcTicks}/{Id:N}")));
}
