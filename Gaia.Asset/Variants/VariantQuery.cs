using System.Globalization;
using Gaia.Asset.Images;

namespace Gaia.Asset.Variants;

/// <summary>Reads <c>?w=&amp;h=&amp;fit=&amp;format=</c>.</summary>
internal static class VariantQuery
{
    private static readonly string[] Names = ["w", "h", "fit", "format"];

    public static bool IsIn(IQueryCollection query) => Names.Any(query.ContainsKey);

    /// <param name="query">Of the request.</param>
    /// <param name="maxSide">Pixels.</param>
    /// <returns>What is wrong, by parameter; nothing when the spec is good.</returns>
    public static Dictionary<string, string[]> Read(IQueryCollection query, int maxSide, out VariantSpec spec)
    {
        var errors = new Dictionary<string, string[]>();
        spec = new(
            Side("w"),
            Side("h"),
            Choice("fit", VariantFit.Cover, ("cover", VariantFit.Cover), ("contain", VariantFit.Contain), ("fill", VariantFit.Fill)),
            Choice<VariantFormat?>("format", null, ("webp", VariantFormat.Webp), ("jpeg", VariantFormat.Jpeg), ("jpg", VariantFormat.Jpeg), ("png", VariantFormat.Png)));

        if (spec.Width is null || spec.Height is null)
        {
            // There is no box to fit into: all fits are one variant.
            spec = spec with { Fit = VariantFit.Contain };
        }

        return errors;

        int? Side(string name)
        {
            if (query[name] is not [{ } text, ..])
            {
                return null;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var side) && side >= 1 && side <= maxSide)
            {
                return side;
            }

            errors[name] = [$"Whole pixels from 1 to {maxSide}"];
            return null;
        }

        T Choice<T>(string name, T fallback, params ReadOnlySpan<(string Text, T Value)> choices)
        {
            if (query[name] is not [{ } text, ..])
            {
                return fallback;
            }

            foreach (var (choice, value) in choices)
            {
                if (choice == text)
                {
                    return value;
                }
            }

            errors[name] = [$"One of {string.Join(", ", choices.ToArray().Select(choice => choice.Text))}"];
            return fallback;
        }
    }
}
