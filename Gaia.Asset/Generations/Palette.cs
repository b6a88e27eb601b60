using SkiaSharp;

namespace Gaia.Asset.Generations;

/// <summary>The colours of a procedural picture: those that the words name, otherwise two that chance takes.</summary>
internal readonly record struct Palette(SKColor Sky, SKColor Ground, bool IsNight)
{
    // Hues in degrees.
    private static readonly Dictionary<string, float> Hues = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = 0,
        ["fire"] = 12,
        ["sunset"] = 18,
        ["orange"] = 30,
        ["desert"] = 38,
        ["gold"] = 45,
        ["golden"] = 45,
        ["yellow"] = 55,
        ["sun"] = 50,
        ["meadow"] = 95,
        ["green"] = 120,
        ["forest"] = 135,
        ["jungle"] = 140,
        ["turquoise"] = 174,
        ["sea"] = 190,
        ["ocean"] = 200,
        ["ice"] = 195,
        ["sky"] = 205,
        ["blue"] = 220,
        ["night"] = 240,
        ["violet"] = 270,
        ["purple"] = 285,
        ["pink"] = 330,
        ["rose"] = 345,
    };

    private static readonly HashSet<string> Dark = new(StringComparer.OrdinalIgnoreCase) { "night", "dark", "midnight", "moon", "stars", "space" };

    public static Palette Of(string text, Random random)
    {
        var words = text.Split([' ', ',', '.', ';', ':', '-', '\n', '!', '?'], StringSplitOptions.RemoveEmptyEntries);
        var named = words.Where(Hues.ContainsKey).Select(word => Hues[word]).Distinct().ToArray();
        var sky = named.Length > 0 ? named[0] : random.NextSingle() * 360;
        var ground = named.Length > 1 ? named[1] : (sky + 120 + random.NextSingle() * 60) % 360;
        var night = words.Any(Dark.Contains);
        return new(SKColor.FromHsl(sky, 65, night ? 22 : 68), SKColor.FromHsl(ground, 45, night ? 18 : 42), night);
    }
}
