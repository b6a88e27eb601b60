using Microsoft.EntityFrameworkCore;

namespace Gaia.Chat.Usage;

/// <summary>What is held of a budget until it is known what a call took: a row of the usage, in whose place that comes then.</summary>
/// <param name="Day">Whose budget it is part of.</param>
internal sealed record BudgetReservation(Guid Id, DateOnly Day);

internal static class BudgetReservations
{
    /// <summary>Saves, with what <paramref name="db"/> saves next, what a call took: in place of what was held for it.</summary>
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
    }

    /// <summary>Gives back at once what was held for a call that took nothing.</summary>
    public static async Task ReleaseAsync(this ChatDb db, BudgetReservation? reservation)
    {
        if (reservation is not null)
        {
            await db.Usage.Where(u => u.Id == reservation.Id && u.HeldUntil != null).ExecuteDeleteAsync();
        }
    }
}
