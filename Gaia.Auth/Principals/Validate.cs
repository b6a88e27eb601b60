namespace Gaia.Auth.Principals;

/// <summary>Tells a client whether a credential is good, as of now. It is a question, so the answer is 200 either way.</summary>
internal static class Validate
{
    public sealed record Request(string? Token = null, string? ApiKey = null);

    public static void MapValidate(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/auth/validate", Handle).WithTags("Sessions").WithName("ValidateCredential").AllowAnonymous()
            .WithSummary("Validate a credential")
            .WithDescription("Tells whether a token or an API key is valid at this moment, and whose it is. The answer is 200 either way.");

    private static async Task<Answer> Handle(CurrentUser caller, PrincipalDirectory directory, CancellationToken ct, Request? request = null)
    {
        var issuerIsUnavailable = false;

        // As everywhere: a valid token wins, otherwise the key decides.
        if (request?.Token is { Length: > 0 } token)
        {
            try
            {
                if (await directory.FindByTokenAsync(token, ct) is { } byToken)
                {
                    return Answer.Of(byToken.Principal);
                }
            }
            catch (HttpRequestException)
            {
                issuerIsUnavailable = true;
            }
        }

        if (request?.ApiKey is { Length: > 0 } key)
        {
            return ApiKeyText.IsWellFormed(key) && await directory.FindByApiKeyAsync(ApiKeyText.Hash(key), ct) is { } byKey ? Answer.Of(byKey.Principal) : Answer.Bad("Invalid API key");
        }

        return issuerIsUnavailable ? Answer.Bad("The token's issuer does not answer")
            : request?.Token is { Length: > 0 } ? Answer.Bad("Invalid or expired token")
            : caller is { IsAuthenticated: true, Principal: { } principal } ? Answer.Of(principal)
            : Answer.Bad("No credential provided");
    }

    internal sealed record Answer(bool Valid, AuthType AuthType, Guid? UserId, string? Error)
    {
        public static Answer Of(Principal principal) => new(true, principal.AuthType, principal.Subject, null);

        public static Answer Bad(string error) => new(false, AuthType.None, null, error);
    }
}
