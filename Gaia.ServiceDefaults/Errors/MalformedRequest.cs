using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>What of a request could not be read, for its sender.</summary>
/// <param name="Detail">A sentence.</param>
/// <param name="Field">The field of the body or the parameter; null when it is none of them.</param>
internal sealed partial record MalformedRequest(string Detail, string? Field)
{
    /// <returns>Null when the failure does not say.</returns>
    public static MalformedRequest? Of(BadHttpRequestException failure) =>
        failure is InvalidFieldException invalid ? new(invalid.Message, invalid.Name)
        : failure.InnerException is JsonException json ? Of(json)
        : Parameter.Match(failure.Message) is { Success: true } found ? WrongType(JsonNamingPolicy.SnakeCaseLower.ConvertName(found.Groups["name"].Value))
        : null;

    private static MalformedRequest Of(JsonException failure) => failure switch
    {
        { Path: ['$', '.', .. var field] } when IsConversion(failure) => WrongType(field),
        { LineNumber: { } line, BytePositionInLine: { } position } when !IsConversion(failure) =>
            new(string.Create(CultureInfo.InvariantCulture, $"The JSON is malformed at line {line + 1}, byte {position + 1}."), null),
        _ => new("The body is JSON of the wrong type.", null),
    };

    private static MalformedRequest WrongType(string field) => new($"The value of {field} is of the wrong type.", field);

    // System.Text.Json and minimal APIs have no other way to tell.
    private static bool IsConversion(JsonException failure) => failure.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal);

    [GeneratedRegex("^Failed to bind parameter \"[^\"]* (?<name>[^\" ]+)\" from")]
    private static partial Regex Parameter { get; }
}
