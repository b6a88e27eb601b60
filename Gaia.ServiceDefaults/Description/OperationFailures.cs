using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.OpenApi;

namespace Gaia;

/// <summary>The failures of an operation: those that its route and its result name, and those that follow from who may call it and what it reads.</summary>
internal static class OperationFailures
{
    public static IReadOnlyList<(int Status, string When)> OfBody { get; } =
    [
        (StatusCodes.Status400BadRequest, "The request is malformed."),
        (StatusCodes.Status413PayloadTooLarge, "The body is too large."),
        (StatusCodes.Status415UnsupportedMediaType, "The body has another content type, or is compressed."),
    ];

    /// <returns>When the operation fails, by status.</returns>
    public static IReadOnlyList<(int Status, string When)> Of(OpenApiOperation operation, ApiDescription description)
    {
        var metadata = description.ActionDescriptor.EndpointMetadata;
        var named = metadata.OfType<FailureMetadata>().Select(failure => (failure.Status, failure.When)).ToList();
        return
        [
            .. OfCaller(metadata)
                .Concat(OfInput(operation, description))
                .Concat(named)
                .Concat(OfResult(operation).ExceptBy(named.Select(failure => failure.Status), failure => failure.Status))
                .GroupBy(failure => failure.Status, failure => failure.When)
                .OrderBy(failures => failures.Key)
                .Select(failures => (failures.Key, string.Join(' ', failures.Distinct()))),
        ];
    }

    public static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<(int Status, string When)> OfCaller(IList<object> metadata)
    {
        if (metadata.OfType<ProbeMetadata>().Any())
        {
            yield break;
        }

        // A route that names the failure itself says it better.
        var isNamed = metadata.OfType<FailureMetadata>().Any(failure => failure.Status == StatusCodes.Status401Unauthorized);
        var isNeeded = metadata.OfType<IAuthorizeData>().Any() || metadata.OfType<ScopeMetadata>().Any();
        if (!isNamed && (isNeeded || !metadata.OfType<IAllowAnonymous>().Any()))
        {
            yield return (StatusCodes.Status401Unauthorized, isNeeded ? "The request has no valid credential." : "The request has a credential, which is not valid.");
        }

        if (metadata.OfType<ScopeMetadata>().LastOrDefault() is { } needed)
        {
            yield return (StatusCodes.Status403Forbidden, $"The credential does not have the scope `{needed.Scope}`.");
        }

        yield return (StatusCodes.Status429TooManyRequests, "The rate limit is used up; `Retry-After` says for how long.");
        yield return (StatusCodes.Status503ServiceUnavailable, "A service or database that the request needs is unavailable.");
    }

    private static IEnumerable<(int Status, string When)> OfInput(OpenApiOperation operation, ApiDescription description)
    {
        foreach (var failure in operation.RequestBody is null ? [] : OfBody)
        {
            yield return failure;
        }

        if (description.ParameterDescriptions.Any(parameter => parameter.Type != typeof(string)))
        {
            yield return OfBody[0];
        }

        if (description.ParameterDescriptions.Any(IsValidated))
        {
            yield return (StatusCodes.Status422UnprocessableEntity, "The request does not pass validation; `errors` has the fields.");
        }
    }

    /// <summary>What the framework reads from the handler's result. It takes a failed validation for 400, which <see cref="ProblemResponses"/> answers with 422.</summary>
    private static IEnumerable<(int Status, string When)> OfResult(OpenApiOperation operation) => (operation.Responses ?? [])
        .Where(response => response.Key[0] is '4' && response.Key is not "400")
        .Select(response => (int.Parse(response.Key, CultureInfo.InvariantCulture), $"{response.Value.Description}."));

    private static bool IsValidated(ApiParameterDescription parameter) =>
        (parameter.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo?.IsDefined(typeof(ValidationAttribute)) is true
        || (parameter.Source == BindingSource.Body && IsValidated(parameter.Type));

    private static bool IsValidated(Type request) =>
        request.IsAssignableTo(typeof(IValidatableObject))
        || request.GetProperties().Any(property => property.IsDefined(typeof(ValidationAttribute)))
        || request.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Any(parameter => parameter.IsDefined(typeof(ValidationAttribute)));
}

/// <summary>A failure that a route names by itself.</summary>
/// <param name="When">A sentence.</param>
internal sealed record FailureMetadata(int Status, string When);
