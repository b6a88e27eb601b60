using System.Collections.Concurrent;

namespace Gaia.Caching;

/// <summary>
/// Invalidation by tag costs nothing in Redis: a tag is an epoch that every node learns from the log, and an entry remembers the epochs that stood
/// before its load began.
/// </summary>
internal sealed class Tags
{
    /// <summary>HybridCache's tag for everything.</summary>
    public const string Everything = "*";

    private readonly ConcurrentDictionary<string, Tag> tags = new();

    private readonly Tag everything = new(Everything);

    /// <summary>The epochs that stand now, to be noted before a load begins; null when there is nothing to note.</summary>
    public TagMarks? Mark(IEnumerable<string>? names)
    {
        var marked = names?.Distinct().Select(Find).ToList() ?? [];
        if (everything.Epoch > 0)
        {
            marked.Add(everything);
        }

        return marked.Count is 0 ? null : new TagMarks([.. marked.Select(tag => new TagMark(tag, tag.Epoch))]);
    }

    /// <summary>The marks that an entry carried in Redis.</summary>
    public TagMarks? Recall(IReadOnlyDictionary<string, long>? epochs)
    {
        var carried = epochs ?? new Dictionary<string, long>();
        if (carried.Count is 0 && everything.Epoch is 0)
        {
            return null;
        }

        var marks = carried.Select(pair => new TagMark(Find(pair.Key), pair.Value));
        return new([.. carried.ContainsKey(Everything) ? marks : marks.Append(new(everything, 0))]);
    }

    public bool Raise(string name, long epoch) => Find(name).Raise(epoch);

    private Tag Find(string name) => name is Everything ? everything : tags.GetOrAdd(name, static name => new Tag(name));
}

internal sealed class Tag(string name)
{
    private long epoch;

    public string Name => name;

    public long Epoch => Volatile.Read(ref epoch);

    public bool Raise(long to)
    {
        var seen = Epoch;
        while (to > seen)
        {
            var before = Interlocked.CompareExchange(ref epoch, to, seen);
            if (before == seen)
            {
                return true;
            }

            seen = before;
        }

        return false;
    }
}

/// <summary>A tag with the epoch that stood before a load began.</summary>
internal readonly record struct TagMark(Tag Tag, long Epoch);

internal sealed class TagMarks(TagMark[] marks)
{
    public bool Outdated
    {
        get
        {
            foreach (var mark in marks)
            {
                if (mark.Tag.Epoch > mark.Epoch)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public IReadOnlyDictionary<string, long> Epochs => marks.ToDictionary(mark => mark.Tag.Name, mark => mark.Epoch);
}
