using System.Text.Json;
using Gaia.Chat.Errors;
using Gaia.Chat.Usage;
using Microsoft.EntityFrameworkCore;
using NATS.Client.Core;

namespace Gaia.Chat.Budgets;

/// <summary>Charges the calls of other services to the same budgets. One node answers each message; when it fails, the message is redelivered.</summary>
internal sealed partial class UsageChargeConsumer(IServiceScopeFactory scopes, INatsConnection nats, TimeProvider clock, ILogger<UsageChargeConsumer> log) : BackgroundService
{
    private const string Subjects = "gaia.usage.*";
    private const string Group = "chat";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in nats.SubscribeAsync<byte[]>(Subjects, Group, cancellationToken: stoppingToken))
        {
            try
            {
                await message.ReplyAsync(await AnswerAsync(message.Subject, message.Data ?? [], stoppingToken), cancellationToken: stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogUnanswered(message.Subject, e.Message);
            }
        }
    }

    private async Task<byte[]> AnswerAsync(string subject, byte[] body, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (subject == UsageCharge.Subject)
        {
            return JsonSerializer.SerializeToUtf8Bytes(await DecideAsync(Read<UsageCharge>(body), scope.ServiceProvider.GetRequiredService<BudgetService>(), ct), EventJson.Options);
        }

        var refund = Read<UsageRefund>(body);
        await scope.ServiceProvider.GetRequiredService<ChatDb>().Usage.Where(u => u.Id == refund.Id).ExecuteDeleteAsync(ct);
        return [];
    }

    private async Task<UsageDecision> DecideAsync(UsageCharge charge, BudgetService budget, CancellationToken ct)
    {
        var record = new UsageRecord
        {
            Id = charge.Id,
            UserId = charge.UserId,
            Route = UsageSource.PictureRoute,
            Day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime),
            Model = charge.Model,
            Provider = charge.Provider,
            PromptTokens = 0,
            CompletionTokens = charge.Tokens,
            IsEstimated = true,
            Cost = charge.Cost,
        };
        try
        {
            await budget.ChargeAsync(record, charge.IsTrial, ct);
            return new(IsGranted: true);
        }
        catch (ChatException refusal)
        {
            return new(IsGranted: false, refusal.Message, (int)Math.Ceiling(refusal.RetryAfter?.TotalSeconds ?? 0));
        }
    }

    private static T Read<T>(byte[] body) => JsonSerializer.Deserialize<T>(body, EventJson.Options) ?? throw new JsonException("The message is empty.");

    [LoggerMessage(LogLevel.Warning, "A message on {Subject} could not be answered: {Reason}")]
    private partial void LogUnanswered(string subject, string reason);
}
