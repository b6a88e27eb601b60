using Gaia.Chat.Providers;

namespace Gaia.Chat.Characters;

/// <summary>Finds which entries of a lorebook belong into a prompt.</summary>
/// <param name="book">Where.</param>
/// <param name="history">What is searched.</param>
/// <param name="greeting">With which greeting the conversation began; null when that is not known.</param>
/// <param name="macros">Those of the character.</param>
internal sealed class LoreScan(Lorebook book, ChatHistory history, int? greeting, Macros macros)
{
    // Looking back costs as much as the look at now for each of these.
    private const int EarlierTurns = 50;
    private const int MaximumRounds = 10;

    private readonly MatchTime time = new();

    /// <param name="tokens">How many tokens the entries may have, whatever the book says.</param>
    /// <param name="isFull">The model's window is full: entries that give way then do.</param>
    /// <returns>In their order.</returns>
    public IReadOnlyList<FoundLore> Find(int tokens, bool isFull)
    {
        List<LoreEntry> found = [];
        var left = book.Entries.Where(entry => !isFull || !entry.Settings.IsOptional).ToList();
        var unfolded = "";
        for (var round = 0; round < MaximumRounds; round++)
        {
            var news = left.Where(entry => IsActive(entry, unfolded)).ToList();
            found.AddRange(news);
            left = [.. left.Except(news)];
            if (!book.IsRecursive || news.Count == 0 || left.Count == 0)
            {
                break;
            }

            unfolded = string.Join('\n', news.Select(entry => macros.Expand(entry.Content, isSearched: true)).Prepend(unfolded));
        }

        var kept = found
            .Select(entry => new FoundLore(entry, macros.Expand(entry.Content)))
            .Where(lore => !string.IsNullOrWhiteSpace(lore.Text))
            .OrderBy(lore => lore.Entry.Order)
            .ToList();
        Shorten(kept, Math.Min(book.TokenBudget ?? tokens, tokens));
        return kept;
    }

    private static void Shorten(List<FoundLore> lore, int budget)
    {
        var spent = lore.Sum(one => TokenEstimate.Of(one.Text));
        foreach (var least in lore.OrderBy(one => one.Entry.Priority ?? one.Entry.Order).ToList())
        {
            if (spent <= budget)
            {
                return;
            }

            lore.Remove(least);
            spent -= TokenEstimate.Of(least.Text);
        }
    }

    private bool IsActive(LoreEntry entry, string unfolded)
    {
        var settings = entry.Settings;
        if (settings.IsAlwaysActive || settings.IsNeverActive)
        {
            return settings.IsAlwaysActive;
        }

        if ((settings.KeepsAfterMatch || settings.StopsAfterMatch) && history.Earlier().Take(EarlierTurns).Any(then => IsMatch(entry, then, "")))
        {
            return !settings.StopsAfterMatch;
        }

        return IsMatch(entry, history.Count, unfolded);
    }

    /// <param name="count">When there were so many messages.</param>
    private bool IsMatch(LoreEntry entry, int count, string unfolded)
    {
        var settings = entry.Settings;
        var answers = history.Answers(count);
        if (answers < (settings.OnlyAfter ?? 0)
            || answers % (settings.OnlyEvery ?? 1) != 0
            || settings.Greeting is { } wanted && greeting is { } active && wanted != active)
        {
            return false;
        }

        var said = history.Latest(count, settings.ScanDepth ?? book.ScanDepth);
        if (entry.IsRegex)
        {
            return entry.Patterns().Match([said, unfolded.AsMemory()], time);
        }

        return !Holds(settings.ExcludeKeys)
            && settings.AdditionalKeys.All(Holds)
            && (entry.IsConstant || Holds(entry.Keys) && (entry.SecondaryKeys.Count == 0 || Holds(entry.SecondaryKeys)));

        bool Holds(IReadOnlyList<string> keys)
        {
            var comparison = entry.IsCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            return keys.Any(key => !time.IsOver && (said.Span.Contains(key, comparison) || unfolded.Contains(key, comparison)));
        }
    }
}

/// <param name="Text">What the model is told.</param>
internal sealed record FoundLore(LoreEntry Entry, string Text);
