using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Gaia.Asset.Generations;

/// <param name="Description">What to show.</param>
/// <param name="Prompt">Another name for the description.</param>
/// <param name="Category">Only pictures are made.</param>
/// <param name="Style">How to show it, such as "watercolour".</param>
/// <param name="Size">Width and height in pixels, from 64x64 to 2048x2048.</param>
public sealed partial record GenerationRequest(
    [StringLength(Generation.DescriptionLimit)] string? Description = null,
    [StringLength(Generation.DescriptionLimit)] string? Prompt = null,
    [AllowedValues("image", null, ErrorMessage = "Only \"image\".")] string? Category = null,
    [StringLength(Generation.StyleLimit)] string? Style = null,
    string? Size = null) : IValidatableObject
{
    private const int Shortest = 64;
    private const int Longest = 2048;
    private const string DefaultSize = "1024x1024";

    internal static readonly string SizeError = $"Width x height, each from {Shortest} to {Longest}, such as {DefaultSize}.";

    internal string Text => (string.IsNullOrWhiteSpace(Description) ? Prompt : Description)?.Trim() ?? "";

    /// <returns>Null when it is no size, or not an allowed one.</returns>
    internal (int Width, int Height)? Pixels =>
        SizePattern().Match(Size ?? DefaultSize) is { Success: true } match && Side(match.Groups[1]) is { } width && Side(match.Groups[2]) is { } height
            ? (width, height)
            : null;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Text.Length == 0)
        {
            yield return new("A description is required.", [nameof(Description)]);
        }

        if (Pixels is null)
        {
            yield return new(SizeError, [nameof(Size)]);
        }
    }

    private static int? Side(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture) is var side and >= Shortest and <= Longest ? side : null;

    [GeneratedRegex("^([0-9]{2,4})x([0-9]{2,4})$")]
    private static partial Regex SizePattern();
}
