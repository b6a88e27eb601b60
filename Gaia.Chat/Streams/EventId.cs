using System.Globalization;

namespace Gaia.Chat.Streams;

/// <summary>Names one event of one stream: <c>{run}-{number}</c>, numbers from 1.</summary>
/// <param name="Run">Tells apart the streams of requests that were given the same id.</param>
internal readonly record struct EventId(string Run, int Number)
{
    private const int RunLength = 8;

    public static string NewRun() => Guid.NewGuid().ToString("N")[..RunLength];

    public static bool TryParse(string? text, out EventId id)
    {
        id = default;
        if (text?.Split('-') is not [{ Length: RunLength } run, var number]
            || !run.All(char.IsAsciiHexDigitLower)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
        {
            return false;
        }

        id = new(run, parsed);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Run}-{Number}");
}
