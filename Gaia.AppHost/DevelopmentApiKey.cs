using Aspire.Hosting.Publishing;

namespace Gaia.AppHost;

/// <summary>The key that a developer's own machine accepts: <c>GAIA_DEV_API_KEY</c>, or one generated on first start and kept with the other local secrets.</summary>
internal sealed class DevelopmentApiKey : ParameterDefault
{
    public const string Variable = "GAIA_DEV_API_KEY";

    public const string Parameter = "dev-api-key";

    public override string GetDefaultValue() => ApiKeyText.Create("dev");

    public override void WriteToManifest(ManifestPublishingContext context) =>
        throw new InvalidOperationException("A development key belongs to one machine; no deployment has it.");
}

internal static class DevelopmentApiKeyResource
{
    public static IResourceBuilder<ParameterResource> AddDevelopmentApiKey(this IDistributedApplicationBuilder builder) =>
        (builder.Configuration[DevelopmentApiKey.Variable] is { Length: > 0 } chosen
            ? builder.AddParameter(DevelopmentApiKey.Parameter, chosen, secret: true)
            : builder.AddParameter(DevelopmentApiKey.Parameter, new DevelopmentApiKey(), secret: true, persist: true))
        .WithDescription("An API key with every scope, accepted on this machine only: GAIA_DEV_API_KEY, or generated on first start.");
}
