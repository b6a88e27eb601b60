namespace Gaia.Chat.Usage;

/// <summary>Who calls a model, and by which route.</summary>
/// <param name="UserId">The user who is charged.</param>
/// <param name="ApiKeyId">The key that was presented; null for a session.</param>
/// <param name="Route">As the API describes it.</param>
internal sealed record UsageSource(Guid UserId, Guid? ApiKeyId, string? Route)
{
    public const int RouteLimit = 100;

    /// <summary>Of pictures, which Gaia.Asset asks models for.</summary>
    public const string PictureRoute = "/api/v1/assets/generate";

    public static UsageSource Of(Guid user, CurrentUser caller, HttpContext? context) =>
        new(user, caller.ApiKeyId, (context?.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/'));
}
