using Microsoft.OpenApi;

namespace Gaia;

/// <summary>The two ways to show a credential, of which one is enough.</summary>
internal static class CredentialSchemes
{
    private const string Bearer = "bearer";
    private const string ApiKey = "api_key";

    public static List<OpenApiSecurityRequirement> AddTo(OpenApiDocument document)
    {
        document.AddComponent(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "An access token, or an API key in its place.",
        });
        document.AddComponent(ApiKey, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Header,
            Name = "X-API-Key",
        });
        return [Of(Bearer, document), Of(ApiKey, document)];
    }

    private static OpenApiSecurityRequirement Of(string scheme, OpenApiDocument document) => new() { [new(scheme, document)] = [] };
}
