using System.Diagnostics;

namespace Lading.Log;

/// <summary>
/// The followers' thread. Their store belongs to it, so what others want done there is asked of it. Nothing ends it but
/// closing: trouble
/// that may pass (a full disk, a lost connection) is shown and tried again.
/// </summary>
internal sealed class Following(string name, Follower follower, Tail tail, CancellationToken stop)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReconsiderEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(50);
    private long reconsidered = Stopwatch.GetTimestamp();
    private readonly Lock gate = new();
    private readonly List<Action> asked = [];
    private Thread? thread;
    private CancellationTokenSource news = new();
    private bool ended = true;
    private volatile string? trouble;

    /// <summary>What keeps the followers from going on at the moment, or null.</summary>
    public string? Trouble => trouble;

    public void Start()
    {
        ended = false;
        thread = new Thread(Loop) { Name = name, IsBackground = true };
        thread.Start();
    }

    /// <summary>Looks where other nodes' followers are, for the reads here; nothing can be asked of it.</summary>
    public void StartWatching()
    {
        thread = new Thread(WatchLoop) { Name = name, IsBackground = true };
        thread.Start();
    }

    public void Join() => thread?.Join();

    /// <summary>Has the thread do something; false when nothing follows here.</summary>
    public bool Ask(Func<bool> what)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (ended)
                return false;
            asked.Add(() =>
            {
                try
                {
                    done.SetResult(!stop.IsCancellationRequested && what());
                }
                catch (Exception fault)
                {
                    done.SetException(fault);
                }
            });
            news.Cancel();
        }

        return done.Task.GetAwaiter().GetResult();
    }

    private void Loop()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                RunAsked();
                Reconsider();
                if (!follower.Step(tail.Head))
                    WaitForNews();
                else if (follower.Outrun)
                    stop.WaitHandle.WaitOne(100);
                trouble = null;
            }
            catch (Exception fault)
            {
                trouble = fault.Message;
                stop.WaitHandle.WaitOne(Pause);
            }

        lock (gate)
            ended = true;
        RunAsked();
    }

    private void WatchLoop()
    {
        while (!stop.IsCancellationRequested)
            try
            {
                var seen = tail.Head;
                follower.Watch();
                trouble = null;
                if (follower.IsBehind(seen))
                    stop.WaitHandle.WaitOne(WatchEvery);
                else
                    SleepUntilPast(seen, ReconsiderEvery);
            }
            catch (Exception fault)
            {
                trouble = fault.Message;
                stop.WaitHandle.WaitOne(Pause);
            }
    }

    private void Reconsider()
    {
        if (Stopwatch.GetElapsedTime(reconsidered) < ReconsiderEvery)
            return;
        follower.Reconsider();
        reconsidered = Stopwatch.GetTimestamp();
    }

    private void RunAsked()
    {
        List<Action> now;
        lock (gate)
        {
            if (asked.Count == 0)
                return;
            now = [.. asked];
            asked.Clear();
            news = new CancellationTokenSource();
        }

        foreach (var what in now)
            what();
    }

    /// <summary>Level: sleeps until the head moves, something is asked, or what stands still may be looked at
    /// again.</summary>
    private void WaitForNews()
    {
        var seen = tail.Head;
        if (!follower.IsBehind(seen))
            SleepUntilPast(seen, follower.HasStopped ? ReconsiderEvery : Timeout.InfiniteTimeSpan);
    }

    private void SleepUntilPast(long seen, TimeSpan longest)
    {
        CancellationToken asking;
        lock (gate)
            asking = news.Token;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, asking);
        either.CancelAfter(longest);
        tail.WaitPast(seen, either.Token).AsTask().GetAwaiter().GetResult();
    }
}
