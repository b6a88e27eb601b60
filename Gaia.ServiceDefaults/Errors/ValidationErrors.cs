using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Gaia;

/// <summary>Validation speaks of properties as C# spells them; a client knows the fields of its JSON.</summary>
internal static class ValidationErrors
{
    public static void NameFieldsAsInJson(this HttpValidationProblemDetails problem) =>
        problem.Errors = problem.Errors.ToDictionary(
            field => JsonPath(field.Key),
            field => Array.ConvertAll(field.Value, message => Rename(message, field.Key)));

    private static string Rename(string message, string path)
    {
        var property = path.Split('.')[^1];
        return property.Length == 0 ? message : message.Replace(property, JsonPath(property), StringComparison.Ordinal);
    }

    private static string JsonPath(string path) => string.Join('.', path.Split('.').Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
}
