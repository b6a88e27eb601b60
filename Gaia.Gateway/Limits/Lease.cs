using StackExchange.Redis;

namespace Gaia.Gateway.Limits;

/// <summary>
/// One caller's quota under one policy, as this node knows it: what Redis said last, and what passed here since. Redis' answer is a lower bound of the truth,
/// as other nodes only add to it: refusing by it is always right, admitting is not, unless on credit.
/// </summary>
internal sealed class Lease(LeaseKey id, RedisKey key)
{
    /// <summary>Microseconds after its end that a lease is left to the next request, which reports it with its own question for less.</summary>
    private const long ReportDelay = 1_000_000;

    private readonly RateLimitPolicy policy = id.Policy;
    private readonly Lock gate = new();
    private double tat;
    private double doubt;
    private double tatAlone;
    private int credit;
    private int credited;
    private long creditEnds;
    private int spent;
    private long spentSince;
    private bool spentAlone;
    private long idle;
    private LeaseTurn? waiting;
    private bool asking;
    private bool asksAhead;
    private long usedAt;

    public LeaseKey Id { get; } = id;

    public RedisKey Key => key;

    /// <summary>Decides by what is known here.</summary>
    /// <param name="now">Microseconds on this node's clock, as everywhere in this class.</param>
    /// <param name="terms">On which credit is given now.</param>
    /// <param name="decision">The decision, if there is one.</param>
    /// <param name="mustAsk">Credit runs low: the caller has to see to it that Redis is asked for more, and need not wait for it.</param>
    /// <returns>False when Redis has to be asked first.</returns>
    public bool TryDecide(long now, LeaseTerms terms, out Decision decision, out bool mustAsk)
    {
        mustAsk = false;
        lock (gate)
        {
            usedAt = now;
            if (HasCredit(now) || TryRenew(now, terms))
            {
                credit--;
                tat = Math.Max(tat, now) + policy.Interval;
                Spend(now);
                decision = Decision.Admit(policy, tat + doubt, now, policy.Interval);
                if (credit < credited / 8 && !asking)
                {
                    mustAsk = asking = asksAhead = true;
                }

                return true;
            }

            if (IsFull(tat, now))
            {
                decision = Decision.Refuse(policy, tat + doubt, now, policy.Interval);
                return true;
            }
        }

        decision = default;
        return false;
    }

    /// <summary>Whether the next request would be refused without asking Redis.</summary>
    public bool IsUsedUp(long now)
    {
        lock (gate)
        {
            return !HasCredit(now) && IsFull(Math.Max(tat, tatAlone), now);
        }
    }

    /// <summary>Decides without Redis: this node's share of the limit, whatever the other nodes do.</summary>
    public Decision DecideAlone(long now, int nodes)
    {
        lock (gate)
        {
            var interval = Math.Min(policy.Interval * nodes, policy.Window);
            var from = Math.Max(Math.Max(tat, tatAlone), now);
            if (from + interval > now + policy.Window + 1)
            {
                return Decision.Refuse(policy, from, now, interval);
            }

            tatAlone = from + interval;
            spentAlone = true;
            Spend(now);
            return Decision.Admit(policy, tatAlone, now, interval);
        }
    }

    /// <summary>Joins the next question to Redis.</summary>
    /// <returns>The turn, this request's place in it, and whether the caller has to see to it that questions are asked.</returns>
    public (LeaseTurn Turn, int Place, bool MustAsk) Join()
    {
        lock (gate)
        {
            waiting ??= new();
            var mustAsk = !asking;
            asking = true;
            return (waiting, waiting.Wanted++, mustAsk);
        }
    }

    /// <summary>The requests that wait by now, as one question; null when none do, or when they may pass on the credit that has just come.</summary>
    public (LeaseTurn Turn, Spending Spending)? NextTurn(long now)
    {
        lock (gate)
        {
            if (!asksAhead && (waiting is null || HasCredit(now)))
            {
                waiting?.End(null);
                waiting = null;
                asking = false;
                return null;
            }

            var turn = waiting ?? new();
            (waiting, asksAhead) = (null, false);
            return (turn, Collect(now));
        }
    }

    /// <summary>Takes in what Redis said to a turn; null: it did not answer.</summary>
    public void Land(LeaseTurn turn, Grant? grant, long askedAt, long answeredAt, TimeSpan life)
    {
        lock (gate)
        {
            if (grant is { } granted)
            {
                // Redis looked at its clock at some moment in between. Refusing goes by the earliest it can have been, advice to come back by the latest.
                // What has passed meanwhile it does not know.
                tat = Math.Max(askedAt + granted.UntilTat, spent > 0 ? spentSince : 0) + (spent * policy.Interval);
                doubt = answeredAt - askedAt;
                (tatAlone, idle) = (0, granted.Idle);
                credit = Math.Max(0, granted.Credit - spent);
                credited = granted.Credit;
                creditEnds = askedAt + (long)life.TotalMicroseconds;
                turn.End(new(
                    granted.Granted,
                    Decision.Admit(policy, tat + doubt, answeredAt, policy.Interval),
                    Decision.Refuse(policy, tat + doubt, answeredAt, policy.Interval)));
            }
            else
            {
                turn.End(null);
            }
        }
    }

    /// <summary>What is to be told to Redis because no request will: the lease has run out.</summary>
    /// <param name="now">Now.</param>
    /// <param name="terms">On which credit is given now.</param>
    /// <param name="isEnd">The node stops: whether or not the lease has run out.</param>
    public Spending CollectRest(long now, LeaseTerms terms, bool isEnd)
    {
        lock (gate)
        {
            // At the end also what passed since a question that is still under way: Redis gets this after it.
            if (spent == 0 || IsFree(now, terms) || (!isEnd && (asking || now < creditEnds + ReportDelay)))
            {
                return default;
            }

            credit = 0;
            return Collect(now);
        }
    }

    /// <summary>Nothing is known here that matters any longer, or that Redis does not know.</summary>
    public bool IsIdle(long now, LeaseTerms terms)
    {
        lock (gate)
        {
            return !asking && now >= creditEnds && now >= usedAt + policy.Window && now >= tatAlone && (spent == 0 ? now >= tat : IsFree(now, terms));
        }
    }

    /// <summary>How many requests may pass on this lease before Redis hears of them, and have.</summary>
    public int Unreported(long now, LeaseTerms terms)
    {
        lock (gate)
        {
            return (IsFree(now, terms) ? 0 : spent) + (now < creditEnds ? credit : 0);
        }
    }

    /// <summary>
    /// Renews a lease without a question where the answer is known: the whole quota is free again by this node's count, and no other node counts.
    /// A caller who asks less often than the limit allows then costs Redis nothing.
    /// </summary>
    private bool TryRenew(long now, LeaseTerms terms)
    {
        if (credited == 0 || asking || !IsFree(now, terms))
        {
            return false;
        }

        (credit, creditEnds, spent) = (credited, now + (long)terms.Life.TotalMicroseconds, 0);
        return true;
    }

    private bool IsFree(long now, LeaseTerms terms) => terms.IsOnlyNode && !spentAlone && now >= tat + doubt && now >= tatAlone;

    private bool HasCredit(long now) => credit > 0 && now < creditEnds;

    private bool IsFull(double arrival, long now) => arrival + policy.Interval > now + policy.Window + 1;

    private void Spend(long now)
    {
        if (spent == 0)
        {
            spentSince = now;
        }

        spent = Math.Min(spent + 1, policy.Limit);
    }

    private Spending Collect(long now)
    {
        // Without a grant it is not known what was free.
        var collected = new Spending(spent, spent == 0 ? 0 : Math.Max(0, now - spentSince), spentAlone ? Spending.AllOfIt : idle);
        (spent, spentAlone) = (0, false);
        return collected;
    }
}
