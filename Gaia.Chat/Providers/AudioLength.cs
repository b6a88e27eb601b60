namespace Gaia.Chat.Providers;

/// <summary>What audio is priced by where it is not priced by tokens.</summary>
/// <param name="Seconds">Of a recording that is written down.</param>
/// <param name="Characters">Of a text that is read aloud.</param>
internal sealed record AudioLength(decimal? Seconds = null, int? Characters = null);
