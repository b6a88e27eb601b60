using Microsoft.AspNetCore.Builder;

namespace Gaia;

public static class ScopeRequirement
{
    internal const string Claim = "scope";

    /// <summary>Answers 401 to an anonymous caller and 403 to one whose credential lacks the scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoints, string scope)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.RequireAuthorization(policy => policy.RequireAuthenticatedUser().RequireClaim(Claim, scope)).WithMetadata(new ScopeMetadata(scope));
}
