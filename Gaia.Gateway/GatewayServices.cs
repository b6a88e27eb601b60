using Gaia.Gateway.Admission;
using Gaia.Gateway.Audit;
using Gaia.Gateway.Caches;
using Gaia.Gateway.Console;
using Gaia.Gateway.Conventions;
using Gaia.Gateway.Docs;
using Gaia.Gateway.Events;
using Gaia.Gateway.Faults;
using Gaia.Gateway.Forwarding;
using Gaia.Gateway.Health;
using Gaia.Gateway.Limits;
using Gaia.Gateway.Personas;
using Gaia.Gateway.Revocations;
using Gaia.Gateway.Services;
using Gaia.Personas;

namespace Gaia.Gateway;

internal static class GatewayServices
{
    public static void AddGatewayServices(this IHostApplicationBuilder builder)
    {
        builder.AddConventions();
        builder.AddCache((cache, ttl) => cache.ExpectServices().AddAuthRegions(ttl).AddExternalRegions()
            .AddPersonas<PersonaClient>(ttl, (chat, id, ct) => chat.FindAsync(id, ct), (chat, filter, ct) => chat.ListAsync(filter, ct)));
        builder.Services.AddAdmission();
        builder.Services.AddRevocations();
        builder.Services.AddRateLimits();

        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<Destinations>();
        builder.Services.AddSingleton<ServiceClient>();
        builder.Services.AddSingleton<PositionHeader>();
        builder.Services.AddSingleton<OwnWrites>();
        builder.Services.AddSingleton<ActiveStreams>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<ActiveStreams>());
        builder.Services.AddSingleton<SignedLinks>();
        builder.Services.AddSingleton<ForwardingTransformer>();
        builder.Services.AddSingleton<ServiceForwarder>();

        builder.Services.AddSingleton<PersonaClient>();
        builder.Services.AddSingleton<PersonaResponseCache>();

        builder.Services.AddOptionsWithValidateOnStart<RedisPriceOptions>().BindConfiguration(RedisPriceOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<LiveTicker>();
        builder.Services.AddAudit();
        builder.Services.AddFaults();
        builder.Services.AddOptionsWithValidateOnStart<JournalOptions>().BindConfiguration(JournalOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<EventArchiveClient>();
        builder.Services.AddSingleton<JournalStreams>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddSingleton<ApiDescription>();
        builder.Services.AddSingleton<ServiceProbe>();
        builder.Services.AddSingleton<ServiceHealthCache>();
        builder.Services.AddSingleton<HealthReporter>();
    }
}
