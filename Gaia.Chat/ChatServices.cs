using Gaia.Caching;
using Gaia.Chat.Alerts;
using Gaia.Chat.Budgets;
using Gaia.Chat.Characters;
using Gaia.Chat.Completions;
using Gaia.Chat.Conversations;
using Gaia.Chat.Events;
using Gaia.Chat.Forwarding;
using Gaia.Chat.Inference;
using Gaia.Chat.Personas;
using Gaia.Chat.Prompts;
using Gaia.Chat.Providers;
using Gaia.Chat.Replies;
using Gaia.Chat.Reports;
using Gaia.Chat.Responses;
using Gaia.Chat.Streams;
using Gaia.Chat.Summaries;
using Gaia.Chat.Usage;
using Gaia.Chat.Webhooks;
using Gaia.Events.Facts;
using Gaia.Personas;

namespace Gaia.Chat;

internal static class ChatServices
{
    public static void AddChatServices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddValidation();
        builder.AddDatabase<ChatDb>(Resources.ChatDb, options => options.UseAsyncSeeding((db, _, ct) => DefaultPersona.EnsureAsync((ChatDb)db, ct)));
        builder.AddIdempotency<ChatDb>();

        builder.AddCache((cache, ttl) =>
        {
            cache.AddPersonas(ttl);
            cache.AddBudgets();
        });
        builder.Services.AddCacheOutbox<ChatDb>();
        builder.AddEventJournal<ChatDb>(EventSources.Chat);
        builder.AddEventWebhook();
        builder.Services.AddSingleton<PersonaResponseCache>();
        builder.Services.AddScoped<CurrentPersona>();
        builder.Services.AddScoped<PersonaNames>();
        builder.Services.AddScoped<PersonaChanges>();
        builder.Services.AddHttpClient<Portraits>(client => client.BaseAddress = new($"http://{Resources.Asset}"));

        builder.Services.AddModels();
        builder.Services.AddScoped<ResponderResolver>();
        builder.Services.AddOptionsWithValidateOnStart<CharacterOptions>().BindConfiguration(CharacterOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<PersonaPrompt>();
        builder.Services.AddSingleton<PersonaGreetings>();
        builder.Services.AddOptionsWithValidateOnStart<BudgetOptions>().BindConfiguration(BudgetOptions.Section).ValidateDataAnnotations();
        builder.Services.AddScoped<BudgetService>();
        builder.Services.AddHostedService<UsageChargeConsumer>();
        builder.Services.AddSingleton<UsageSignal>();
        builder.Services.AddOptionsWithValidateOnStart<AlertOptions>().BindConfiguration(AlertOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<Webhook>();
        builder.Services.AddSingleton<AlertDispatcher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AlertDispatcher>());
        builder.Services.AddOptionsWithValidateOnStart<RedisPriceOptions>().BindConfiguration(RedisPriceOptions.Section).ValidateDataAnnotations();
        builder.Services.AddOptions<MachinePriceOptions>().BindConfiguration(MachinePriceOptions.Section);
        builder.Services.AddSingleton<InfrastructureCost>();
        builder.Services.AddAlertRules();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<InferencePipeline>();
        builder.Services.AddScoped<CreateCompletion>();
        builder.Services.AddScoped<ForwardingService>();
        builder.Services.AddScoped<ResponseStore>();
        builder.Services.AddScoped<ItemReferences>();
        builder.Services.AddExpiredDataCleanup((services, now, ct) => services.GetRequiredService<ResponseStore>().DeleteExpiredAsync(now, ct));
        builder.Services.AddSingleton<UsageWriter>();
        builder.Services.AddHostedService(services => services.GetRequiredService<UsageWriter>());

        builder.AddNatsJetStream();
        builder.Services.AddSingleton<StreamReplicator>();
        builder.Services.AddSingleton<StreamArchive>();
        builder.Services.AddSingleton<LiveStreams>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LiveStreams>());
        builder.Services.AddSingleton<StreamCancellation>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StreamCancellation>());

        builder.Services.AddSingleton<ChatEvents>();
        builder.Services.AddScoped<ConversationHistory>();
        builder.Services.AddOptionsWithValidateOnStart<SummaryOptions>().BindConfiguration(SummaryOptions.Section).ValidateDataAnnotations();
        builder.Services.AddSingleton<ConversationSummarizer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ConversationSummarizer>());
        builder.Services.AddScoped<BeginTurn>();
        builder.Services.AddSingleton<EndTurn>();
        builder.Services.AddScoped<ReplyService>();
    }
}
