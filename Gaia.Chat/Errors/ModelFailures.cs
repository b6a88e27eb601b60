namespace Gaia.Chat.Errors;

/// <summary>Describes the failures that every call of a model has.</summary>
internal static class ModelFailures
{
    public static TBuilder FailsForModels<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder => route
        .FailsWith(StatusCodes.Status400BadRequest, "The prompt is too long, or the model does not support a parameter.")
        .FailsWith(StatusCodes.Status404NotFound, "There is no such model, persona or conversation.")
        .FailsWith(StatusCodes.Status429TooManyRequests, "A budget does not cover the call, or the provider limits the rate.")
        .FailsWith(StatusCodes.Status502BadGateway, "The provider failed.")
        .FailsWith(StatusCodes.Status504GatewayTimeout, "The provider did not answer in time.");
}
