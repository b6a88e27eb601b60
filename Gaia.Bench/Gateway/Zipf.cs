namespace Gaia.Bench.Gateway;

/// <summary>Draws numbers below a count by Zipf's law: the n-th is drawn 1/n as often as the first.</summary>
internal sealed class Zipf
{
    private readonly double[] cumulated;

    public Zipf(int count)
    {
        cumulated = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            cumulated[i] = sum += 1.0 / (i + 1);
        }
    }

    public int Next(Random random)
    {
        var found = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulated.Length - 1);
    }
}
