using Gaia.Events.Facts;
using Gaia.Events.Outbox;
using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Usage;

/// <summary>Reserves a part of a budget until the usage of a call is known: a usage record, which the final one replaces.</summary>
/// <param name="Day">The day whose budget it counts towards.</param>
internal sealed record BudgetReservation(Guid Id, DateOnly Day);

internal static class BudgetReservations
{
    /// <summary>Adds the usage of a call to <paramref name="db"/>, in place of its reservation.</summary>
    public static void Put(this ChatDb db, UsageRecord record, BudgetReservation? reservation)
    {
        if (reservation is null)
        {
            db.Add(record);
        }
        else
        {
            db.Update(record);
        }

        db.RecordCharge(record);
    }

    /// <summary>Records the event of a call whose usage is known.</summary>
    public static void RecordCharge(this ChatDb db, UsageRecord call) => db.Record(new UsageCharged(
        call.Id, call.UserId, call.ApiKeyId, call.PersonaId, call.Model, call.Provider, call.PromptTokens, call.CompletionTokens, call.Cost, call.IsEstimated));

    /// <summary>Deletes the reservation of a call that used nothing.</summary>
    public static async Task ReleaseAsync(this ChatDb db, BudgetReservation? reservation)
    {
        if (reservation is not null)
        {
            await db.Usage.Where(u => u.Id == reservation.Id && u.HeldUntil != null).ExecuteDeleteAsync();
        }
    }
}
