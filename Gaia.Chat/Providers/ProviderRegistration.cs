using Microsoft.Extensions.Options;

namespace Gaia.Chat.Providers;

internal static class ProviderRegistration
{
    public static void AddModels(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<ModelOptions, ModelOptionsValidator>().BindConfiguration(ModelOptions.Section);
        services.AddSingleton<IPostConfigureOptions<ModelOptions>, ProviderVariables>();
        services.AddSingleton<IPostConfigureOptions<ModelOptions>, PriceFile>();
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ModelCaller>();
        services.AddHostedService<ModelDiscovery>();
    }
}
