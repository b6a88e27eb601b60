namespace Gaia.Caching.Store;

/// <summary>All writes to Redis. Each script touches one key, and its lock that lies beside it, so it works on a cluster as it does on one server.</summary>
internal static class Scripts
{
    // MGET, because to it a key of another type is no error, and the lock comes with the value.
    private const string CurrentVersion = """
        local held = redis.call('MGET', unpack(KEYS))
        local current = held[1] and tonumber(string.match(held[1], '^{"v":(%d+)')) or -1
        """;

    /// <summary>
    /// Compare and set: version, value, life in ms, deadline in ms on Redis' own clock, token of the lock that goes with it. Answers -1 when stored, -2
    /// when too late, else the newer version that stands. The deadline matters because a frozen server answers what lies in its socket only after it thaws, when the tombstone that would have
    /// refused this write may have expired.
    /// </summary>
    public const string Fill = CurrentVersion + """

        if held[2] == ARGV[5] then redis.call('DEL', KEYS[2]) end
        local time = redis.call('TIME')
        if time[1] * 1000 + math.floor(time[2] / 1000) > tonumber(ARGV[4]) then return -2 end
        if current > tonumber(ARGV[1]) then return current end
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return -1
        """;

    /// <summary>How many commands <see cref="Fill"/> runs. A lock is given back unless it has expired, which is rare.</summary>
    public static int CommandsOfFill(bool isStored, bool hadLock) => 2 + (isStored ? 1 : 0) + (hadLock ? 1 : 0);

    /// <summary>
    /// Tombstone: version, life in ms, and whether the version must outbid a higher one that stands (it came from a clock rather than from a row).
    /// Answers the version that stands afterwards.
    /// </summary>
    public const string Fence = CurrentVersion + """

        local version = tonumber(ARGV[1])
        if current >= version then
          if ARGV[3] == '0' or current == version then return current end
          version = current + 1
        end
        redis.call('SET', KEYS[1], string.format('{"v":%.0f,"x":1}', version), 'PX', ARGV[2])
        return version
        """;

    /// <summary>Deletes a value, but leaves a tombstone in its place: it still has late fills to refuse.</summary>
    public const string Forget = """
        local held = redis.pcall('GET', KEYS[1])
        if type(held) == 'string' and string.match(held, '^{"v":%d+,"x":1}$') then return 0 end
        return redis.call('DEL', KEYS[1])
        """;

    /// <summary>Takes the lock, with token and life in ms. Answers what stands under the key, or nothing when somebody else holds the lock.</summary>
    public const string Lock = """
        if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return {} end
        local held = redis.pcall('GET', KEYS[1])
        return {1, type(held) == 'string' and held or false}
        """;

    /// <summary>Gives a lock back, unless it has passed to somebody else.</summary>
    public const string Unlock = """
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """;
}
