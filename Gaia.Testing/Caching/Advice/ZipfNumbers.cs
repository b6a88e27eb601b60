namespace Gaia.Testing.Caching.Advice;

/// <summary>Draws numbers below a count by Zipf's law: the n-th is drawn 1 / n^exponent as often as the first.</summary>
internal sealed class ZipfNumbers
{
    private readonly double[] cumulated;

    public ZipfNumbers(int count, double exponent = 1)
    {
        cumulated = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            cumulated[i] = sum += Math.Pow(i + 1, -exponent);
        }
    }

    public int Next(Random random)
    {
        var found = Array.BinarySearch(cumulated, random.NextDouble() * cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found, cumulated.Length - 1);
    }
}
