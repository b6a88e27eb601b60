namespace Gaia.Gateway.Limits;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371) in one call, on Redis' clock. A key holds two numbers, in microseconds: the theoretical arrival time (TAT),
/// which is when the whole quota would be free again; and for how long, in sum, the quota was wholly free between requests. Nodes tell late what they let
/// pass on credit. What passed while the quota seemed to be free took that time, and must not be charged on top of it: callers would be refused too early.
/// </summary>
internal static class LeaseScript
{
    /// <summary>How many commands it runs.</summary>
    /// <param name="isCharged">Whether anything is charged, which is written down.</param>
    public static int Commands(bool isCharged) => isCharged ? 3 : 2;

    /// <summary>
    /// Charges what a node let pass since it last asked, as of then; takes what is wanted now as far as it goes; and says how many more may pass on credit.
    /// Answers granted, credit, microseconds until the TAT, and the free time, which the node tells again with what it lets pass from here on.
    /// </summary>
    public const string Text = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval, window = tonumber(ARGV[1]), tonumber(ARGV[2])
        local spent, age, known, wanted = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
        local largest, share, slack = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

        local tat, idle = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (%d+)$')
        tat, idle = tonumber(tat or now - age), tonumber(idle or 0)
        local function idle_until(moment)
          idle = idle + math.max(0, moment - tat)
          tat = math.max(tat, moment)
        end

        if spent > 0 then
          local took = math.min(spent * interval, math.max(0, idle - known))
          idle = idle - took
          idle_until(now - age)
          tat = tat + spent * interval - took
        end

        local from = math.max(tat, now)
        local free = math.max(0, math.floor((now + window - from) / interval + 0.000001))
        local granted = math.min(wanted, free)
        if granted > 0 then
          idle_until(now)
          tat = tat + granted * interval
        end

        if granted + spent > 0 then
          redis.call('SET', KEYS[1], string.format('%.0f %.0f', tat, idle), 'PX', math.ceil(math.max(0, tat - now) / 1000) + slack)
        end

        return {granted, math.min(largest, math.floor((free - granted) / share)), math.max(0, tat - now), math.floor(idle)}
        """;
}
